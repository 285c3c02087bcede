import DataLoader from 'dataloader'
import sql, { type Sql } from 'sql-template-tag'
import { type Actor, userIdOf } from '../domain/core/actor.js'
import { type Authority, authorityOfRoles, authorityOfToken, noAuthority } from '../domain/core/permission.js'
import type { Permission } from '../generated/prisma/enums.js'
import type { Context } from './context.js'
import { perOperation } from './loaders/perOperation.js'

/** The viewer's memberships with their orgs, by org: null where they have none, and for tokens. */
export const viewerMemberships = perOperation(
  ({ app, actor }) =>
    new DataLoader(async (orgIds: readonly string[]) => {
      const userId = userIdOf(actor)
      if (userId === null) return orgIds.map(() => null)
      const orgUsers = await app.prisma.orgUser.findMany({
        where: { userId, orgId: { in: [...orgIds] } },
        include: { org: true },
      })
      const byOrg = new Map(orgUsers.map((orgUser) => [orgUser.orgId, orgUser]))
      return orgIds.map((orgId) => byOrg.get(orgId) ?? null)
    }),
)

/** What the viewer may do in an org: the same policy as operations ask, read without the lock. */
export async function authorityIn(context: Context, orgId: string): Promise<Authority> {
  const known = authorityAtHand(context, orgId)
  if (known) return known
  const found = authoritiesFound(context)
  // Asked for though it was found before: so what waits for it goes on in step, and is read by one statement.
  const authority = authorityOfRoles((await viewerMemberships(context).load(orgId))?.roles ?? [])
  found.set(orgId, authority)
  return authority
}

/** A person's authorities that this operation has looked up. */
const authoritiesFound = perOperation(() => new Map<string, Authority>())

/** What needs no look-up: undefined of a person. */
function authorityAtHand(context: Context, orgId: string): Authority | undefined {
  // First, because whoever looks at the actor makes an event's answer theirs alone (see fanOut.ts).
  if (context.audience?.orgId === orgId) return context.audience.authority
  const { actor } = context
  switch (actor.kind) {
    case 'nobody':
      return noAuthority
    case 'token':
      return actor.orgId === null || actor.orgId === orgId ? authorityOfToken(actor.permissions) : noAuthority
    case 'person':
      return undefined
  }
}

/**
 * Whether the viewer may see the org of something that they were shown: by ORG_READ, or by a permission to act on
 * that thing, which includes seeing what it acts on (contract §3).
 */
export function maySeeOrgOf(
  context: Context,
  orgId: string,
  acting: readonly Permission[],
): boolean | Promise<boolean> {
  const sees = ({ permissions }: Authority) =>
    permissions.has('ORG_READ') || acting.some((permission) => permissions.has(permission))
  const known = authorityAtHand(context, orgId) ?? authoritiesFound(context).get(orgId)
  return known ? sees(known) : authorityIn(context, orgId).then(sees)
}

/** The viewer's own account: null for tokens and nobody. */
export const viewerAccount = perOperation(({ app, actor }) => {
  const userId = userIdOf(actor)
  let account: ReturnType<typeof find> | undefined
  const find = () => app.prisma.user.findUnique({ where: { id: userId ?? '' } })
  return () => {
    if (userId === null) return Promise.resolve(null)
    account ??= find()
    return account
  }
})

/** Ids of the orgs that somebody shares with all their members, for SQL: null where there can be none. */
function orgsShared(actor: Actor): Sql | null {
  if (actor.kind === 'person') return sql`select org_id from org_user where user_id = ${actor.userId}::uuid`
  const readsMembers = actor.kind === 'token' && actor.orgId !== null && actor.permissions.has('MEMBER_READ')
  return readsMembers ? sql`${actor.orgId}::uuid` : null
}

/** Whether the viewer shares an org with a user: as a member, or as a token that may read the org's members. */
const sharedOrgs = perOperation(
  ({ app, actor }) =>
    new DataLoader(async (userIds: readonly string[]) => {
      const orgs = orgsShared(actor)
      if (orgs === null) return userIds.map(() => false)
      // Theirs first: looked for among all members of the viewer's orgs, a few users cost as much as many.
      const shared = await app.database.query<{ userId: string }>(sql`
        with theirs as materialized (select user_id, org_id from org_user where user_id = any(${userIds}::uuid[]))
        select distinct user_id from theirs where org_id in (${orgs})
      `)
      const users = new Set(shared.map(({ userId }) => userId))
      return userIds.map((userId) => users.has(userId))
    }),
)

/** Whether a user is a member of the stream's org, in an event's execution. */
const inStreamsOrg = perOperation(
  ({ app, audience }) =>
    new DataLoader(async (userIds: readonly string[]) => {
      const orgUsers = await app.prisma.orgUser.findMany({
        where: { orgId: audience?.orgId ?? '', userId: { in: [...userIds] } },
        select: { userId: true },
      })
      const members = new Set(orgUsers.map(({ userId }) => userId))
      return userIds.map((userId) => members.has(userId))
    }),
)

/** Users whom this operation has found in an org of the viewer's already. */
const usersInSharedOrgs = perOperation(() => new Set<string>())

/** Notes members of an org, read by a viewer who may MEMBER_READ there: as a member or by a token of the org. */
export async function noteMembers(
  context: Context,
  orgId: string,
  members: readonly { userId: string }[],
): Promise<void> {
  const { actor } = context
  const shared =
    actor.kind === 'person'
      ? (await viewerMemberships(context).load(orgId)) !== null
      : actor.kind === 'token' && actor.orgId === orgId && actor.permissions.has('MEMBER_READ')
  if (shared) for (const { userId } of members) usersInSharedOrgs(context).add(userId)
}

/** Whether the viewer may look a user up, and read their address (contract, User.email). */
export function maySeeUser(context: Context, userId: string): true | Promise<boolean> {
  // What holds for everybody who watches the org is looked at before who is watching.
  if (!context.audience?.sharesOrg) return viewerSees(context, userId)
  return inStreamsOrg(context)
    .load(userId)
    .then((member) => member || viewerSees(context, userId))
}

function viewerSees(context: Context, userId: string): true | Promise<boolean> {
  if (isSelfOrReader(context, userId) || usersInSharedOrgs(context).has(userId)) return true
  return sharedOrgs(context).load(userId)
}

/** Whether the viewer is this user, or an instance token that may read every user. */
export function isSelfOrReader({ actor }: Context, userId: string): boolean {
  return actor.kind === 'person' ? actor.userId === userId : readsEveryUser(actor)
}

/** Whether somebody is an instance token that may read every user. */
function readsEveryUser(actor: Actor): boolean {
  return actor.kind === 'token' && actor.orgId === null && actor.permissions.has('USER_READ')
}

/** Whose addresses somebody sees: their own, and those of the members of `orgs`. */
interface AddressesSeen {
  userId: string | null
  orgs: Sql | null
}

/** What `maySeeUser` says of one user, for statements that look for many. */
export function addressesSeen({ actor }: Context): AddressesSeen | 'everybody' {
  return readsEveryUser(actor) ? 'everybody' : { userId: userIdOf(actor), orgs: orgsShared(actor) }
}

/**
 * Whether the viewer sees the addresses of the members whom they may read: whoever is no token of the instance reads
 * them as a member or by a token of the org, and so shares it.
 */
export function seesAddressesOfMembers({ actor }: Context): boolean {
  return actor.kind === 'person' || (actor.kind === 'token' && actor.orgId !== null) || readsEveryUser(actor)
}
