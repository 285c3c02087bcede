import DataLoader from 'dataloader'
import sql, { type Sql } from 'sql-template-tag'
import { type Actor, userIdOf } from '../domain/core/actor.js'
import * as policy from '../domain/core/authority.js'
import { inForce } from '../domain/core/membership.js'
import type { Authority } from '../domain/core/permission.js'
import type { Permission } from '../generated/prisma/enums.js'
import type { Context } from './context.js'
import { perOperation } from './loaders/perOperation.js'

/** Loads the viewer's memberships with their orgs, suspended or not. Null if the viewer is no member or is a token. */
const ownMemberships = perOperation(
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

/** The viewer's membership with its org. Null if the viewer is no member, is suspended, or is a token. */
export async function viewerMembership(context: Context, orgId: string) {
  return inForce(await ownMemberships(context).load(orgId))
}

/** Whether the viewer is a member who is suspended. To them the org is as to an outsider. */
export async function viewerIsSuspended(context: Context, orgId: string): Promise<boolean> {
  return (await ownMemberships(context).load(orgId))?.status === 'SUSPENDED'
}

/** What the viewer may do in an org, by the same rules as the operations. Here the rights are read without a lock. */
export async function authorityIn(context: Context, orgId: string): Promise<Authority> {
  const known = knownAuthority(context, orgId)
  if (known) return known
  const found = loadedAuthorities(context)
  // Loads it even if it is in the map: then all fields that wait for it continue in one tick, and their reads are batched.
  const member = await ownMemberships(context).load(orgId)
  const authority = policy.authorityIn(orgId, context.actor, { member })
  found.set(orgId, authority)
  return authority
}

/** The person's authorities that this operation has loaded, by org id. */
const loadedAuthorities = perOperation(() => new Map<string, Authority>())

/** The authority if no query is needed for it. Undefined for a person. */
function knownAuthority(context: Context, orgId: string): Authority | undefined {
  // Before `actor` is read: subscribers can't share the execution of an event if it reads the actor.
  if (context.audience?.orgId === orgId) return context.audience.authority
  const { actor } = context
  return actor.kind === 'person' ? undefined : policy.authorityIn(orgId, actor)
}

/**
 * Whether the viewer may see the org of an object that they can read. They may with ORG_READ, or with one of the
 * permissions `acting` to change the object.
 */
export function maySeeOrgOf(
  context: Context,
  orgId: string,
  acting: readonly Permission[],
): boolean | Promise<boolean> {
  const sees = ({ permissions }: Authority) =>
    permissions.has('ORG_READ') || acting.some((permission) => permissions.has(permission))
  const known = knownAuthority(context, orgId) ?? loadedAuthorities(context).get(orgId)
  return known ? sees(known) : authorityIn(context, orgId).then(sees)
}

/** The viewer's own account. Null for tokens and for viewers who are not signed in. */
export const viewerAccount = perOperation(({ app, actor }) => {
  const userId = userIdOf(actor)
  let account: ReturnType<typeof find> | undefined
  const find = () => app.prisma.user.findUnique({ where: { id: userId ?? '', deletedAt: null } })
  return () => {
    if (userId === null) return Promise.resolve(null)
    account ??= find()
    return account
  }
})

/** SQL for the ids of the orgs whose members an actor may see. Null if there are none. */
function sharedOrgsSql(actor: Actor): Sql | null {
  if (actor.kind === 'person')
    return sql`select org_id from org_user where user_id = ${actor.userId}::uuid and status = 'ACTIVE'`
  if (actor.kind === 'nobody' || actor.orgId === null) return null
  return policy.sharesOrg(actor, policy.authorityIn(actor.orgId, actor)) ? sql`${actor.orgId}::uuid` : null
}

/** Whether a user is in one of the viewer's orgs. A token counts as being in its org if it may read the members. */
const sharesOrgWith = perOperation(
  ({ app, actor }) =>
    new DataLoader(async (userIds: readonly string[]) => {
      const orgs = sharedOrgsSql(actor)
      if (orgs === null) return userIds.map(() => false)
      // Starts from the users' memberships. Starting from the viewer's orgs would read all their members, even for one user.
      const shared = await app.database.query<{ userId: string }>(sql`
        with theirs as materialized (select user_id, org_id from org_user where user_id = any(${userIds}::uuid[]))
        select distinct user_id from theirs where org_id in (${orgs})
      `)
      const users = new Set(shared.map(({ userId }) => userId))
      return userIds.map((userId) => users.has(userId))
    }),
)

/** Whether a user is a member of the org whose events are streamed. */
const isInStreamedOrg = perOperation(
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

/** Users of the viewer's orgs whom this operation has already read. */
const usersInSharedOrgs = perOperation(() => new Set<string>())

/** Remembers the members of an org that were read, if the viewer is a member, or a token of the org with MEMBER_READ. */
export async function rememberMembers(
  context: Context,
  orgId: string,
  members: readonly { userId: string }[],
): Promise<void> {
  const { actor } = context
  if (policy.sharesOrg(actor, await authorityIn(context, orgId)))
    for (const { userId } of members) usersInSharedOrgs(context).add(userId)
}

/** Whether the viewer may look up a user and read their e-mail address: see `User.email`. */
export function maySeeUser(context: Context, userId: string): true | Promise<boolean> {
  // First checks what is the same for all subscribers of the org, so that they can share the result.
  if (!context.audience?.sharesOrg) return viewerMaySee(context, userId)
  return isInStreamedOrg(context)
    .load(userId)
    .then((member) => member || viewerMaySee(context, userId))
}

function viewerMaySee(context: Context, userId: string): true | Promise<boolean> {
  if (isSelfOrReader(context, userId) || usersInSharedOrgs(context).has(userId)) return true
  return sharesOrgWith(context).load(userId)
}

/** Whether the viewer is this user, or an instance token that may read every user. */
export function isSelfOrReader(context: Context, userId: string): boolean {
  return isSelf(context, userId) || readsEveryUser(context.actor)
}

export function isSelf({ actor }: Context, userId: string): boolean {
  return userIdOf(actor) === userId
}

/** Whether an actor is an instance token that may read every user. */
function readsEveryUser(actor: Actor): boolean {
  return policy.instancePermissions(actor).has('USER_READ')
}

/** The users whose e-mail addresses an actor may read: the user `userId`, and the members of `orgs`. */
interface VisibleAddresses {
  userId: string | null
  orgs: Sql | null
}

/** The same rule as `maySeeUser`, for SQL that searches many users. */
export function visibleAddresses({ actor }: Context): VisibleAddresses | 'everybody' {
  return readsEveryUser(actor) ? 'everybody' : { userId: userIdOf(actor), orgs: sharedOrgsSql(actor) }
}

/**
 * Whether the viewer may read the e-mail addresses of the members that they can list. Members and tokens of the org
 * may. An instance token needs USER_READ.
 */
export function maySeeAddressesOfMembers({ actor }: Context): boolean {
  return actor.kind !== 'nobody' && (!policy.isInstanceToken(actor) || readsEveryUser(actor))
}
