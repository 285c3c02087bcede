import sql, { type Sql } from 'sql-template-tag'
import { allOf } from '../../database/transaction.js'
import { type Actor, type EventActor, eventActorOf } from '../core/actor.js'
import { isInstanceToken } from '../core/authority.js'
import { readInstancePermissions } from '../core/effectivePermissions.js'
import { revokeAndErase } from '../core/endInvites.js'
import { lockOrgs } from '../core/lockOrg.js'
import type { OrgUser } from '../core/membership.js'
import { orgUserColumns } from '../core/membership.js'
import { NotFoundError, PermissionDeniedError, Refusal } from '../core/refusal.js'
import { activeLinkSql } from '../core/revokeLinks.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { eraseRequestsOf, recordErased } from '../joinRequests/eraseRequestsOf.js'
import { lastOwners } from '../members/orgUser.js'
import { withdrawAuthority } from '../members/withdrawAuthority.js'
import { type Email, withoutTag } from '../users/email.js'
import { endSubject } from '../users/subject.js'

/** What one transaction withdraws. A job does the rest, as when a member is removed. */
const ORGS_AT_ONCE = 20

export class SoleOwnerError extends Refusal {
  constructor(readonly orgs: LockedOrg[]) {
    super(
      `${orgs.length === 1 ? 'An org has' : `${orgs.length} orgs have`} no other owner: hand over the ownership or delete the org first.`,
    )
  }
}

interface Account {
  id: string
  subject: string
  email: Email | null
  emailVerified: boolean
}

/**
 * Deletes an account: one's own, or any for an instance token with USER_MANAGE. In one transaction its memberships end,
 * what depends on them is revoked, and everything that tells about the person is erased. The row of the account stays, so
 * that rows which name its id stay valid; everybody sees it as gone.
 *
 * It locks all orgs of the account in order, and then the account, against new memberships: the database refuses these
 * once the account is deleted.
 * @throws {NotFoundError | PermissionDeniedError | SoleOwnerError}
 */
export async function deleteUser(tx: Tx, actor: Actor, userId: string | null): Promise<void> {
  const account = await enterAccount(tx, actor, userId)
  const orgs = await lockOrgs(tx, await orgIdsOf(tx, account))
  await requireOtherOwners(tx, account, orgs)
  await eraseOutsideOfLockedOrgs(tx, account)
  await lockAccount(tx, account, orgs)
  const isOwn = actor.kind === 'person' && actor.userId === account.id
  await endMemberships(tx, account, orgs, eventActorOf(actor), isOwn ? 'LEFT' : 'REMOVED')
  tx.write(sql`
    update "user" set subject = null, email = null, email_verified = false, name = null,
      claims_issued_at = clock.now, org_day_start = clock.now, org_day_count = 0, deleted_at = clock.now
    from (select date_trunc('milliseconds', clock_timestamp()) as now) clock
    where id = ${account.id}
  `)
  endSubject(tx, account.subject, account.id)
}

/** @throws {NotFoundError | PermissionDeniedError} NotFoundError if the actor may not know of the user */
async function enterAccount(tx: Tx, actor: Actor, userId: string | null): Promise<Account> {
  const isOwn = actor.kind === 'person' && actor.userId === userId
  if (!isOwn && !(await readInstancePermissions(tx, actor)).has('USER_MANAGE')) {
    if (isInstanceToken(actor) || (await sharesOrgWith(tx, actor, userId)))
      throw new PermissionDeniedError('USER_MANAGE')
    throw new NotFoundError()
  }
  const [account] = await tx.query<Account>(sql`
    select id, subject, email, email_verified from "user" where id = ${userId} and deleted_at is null
  `)
  if (!account) throw new NotFoundError()
  return account
}

async function sharesOrgWith(tx: Tx, actor: Actor, userId: string | null): Promise<boolean> {
  if (actor.kind === 'nobody') return false
  if (actor.kind === 'token' && !actor.permissions.has('MEMBER_READ')) return false
  const orgs =
    actor.kind === 'token'
      ? sql`${actor.orgId}::uuid`
      : sql`select org_id from org_user where user_id = ${actor.userId} and status = 'ACTIVE'`
  const [shared] = await tx.query(
    sql`select 1 from org_user where user_id = ${userId} and org_id in (${orgs}) limit 1`,
  )
  return shared !== undefined
}

/**
 * Whether an invite is to the account. An address that is not verified proves nothing, so an invite to it is not theirs,
 * unless they have accepted it by its link.
 */
function isToAccount({ id, email, emailVerified }: Account): Sql {
  return emailVerified
    ? sql`(invited_user_id = ${id} or invited_user_id is null and email = ${email})`
    : sql`(invited_user_id = ${id} or id in (select invite_id from org_user where user_id = ${id}))`
}

/** The orgs of which the account is a member, and those with a pending invite to it or a pending request of it. */
async function orgIdsOf(tx: Tx, account: Account): Promise<string[]> {
  const orgs = await tx.query<{ orgId: string }>(sql`
    select org_id from org_user where user_id = ${account.id}
    union select org_id from org_invite where status = 'PENDING' and ${isToAccount(account)}
    union select org_id from org_join_request where status = 'PENDING' and user_id = ${account.id}
  `)
  return orgs.map(({ orgId }) => orgId)
}

/** @throws {SoleOwnerError} */
async function requireOtherOwners(tx: Tx, { id }: Account, orgs: readonly LockedOrg[]): Promise<void> {
  const [mine, last] = await allOf([
    tx.query<{ id: string }>(sql`select id from org_user where user_id = ${id}`),
    lastOwners(
      tx,
      orgs.map((org) => org.id),
    ),
  ])
  const ids = new Set(mine.map((membership) => membership.id))
  const alone = new Set(last.flatMap(({ id, orgId }) => (ids.has(id) ? [orgId] : [])))
  if (alone.size > 0) throw new SoleOwnerError(orgs.filter((org) => alone.has(org.id)))
}

/**
 * Erases what needs no lock of an org: ended invites change no more. It comes before the account is locked, because others
 * lock these rows before they lock the account.
 */
async function eraseOutsideOfLockedOrgs(tx: Tx, account: Account): Promise<void> {
  const { id, email, emailVerified } = account
  if (email !== null && emailVerified) tx.write(sql`delete from mail_day where email = ${withoutTag(email)}`)
  tx.write(sql`delete from user_mail_day where user_id = ${id}`)
  tx.write(sql`delete from user_join_request_day where user_id = ${id}`)
  tx.write(sql`update org_invite set email = null where status <> 'PENDING' and ${isToAccount(account)}`)
}

/** Locks the account. If something has changed since it was read, the transaction begins again. */
async function lockAccount(tx: Tx, account: Account, orgs: readonly LockedOrg[]): Promise<void> {
  const [now] = await tx.query<Account>(sql`
    select id, subject, email, email_verified from "user"
    where id = ${account.id} and deleted_at is null for update
  `)
  if (!now) throw new NotFoundError()
  const locked = new Set(orgs.map(({ id }) => id))
  const same = now.subject === account.subject && now.email === account.email
  if (!same || now.emailVerified !== account.emailVerified) throw new ChangedMeanwhile()
  if ((await orgIdsOf(tx, account)).some((orgId) => !locked.has(orgId))) throw new ChangedMeanwhile()
}

/** Has the code of a serialization failure, after which a transaction runs again. */
class ChangedMeanwhile extends Error {
  readonly code = '40001'
}

async function endMemberships(
  tx: Tx,
  account: Account,
  orgs: readonly LockedOrg[],
  by: EventActor,
  type: 'LEFT' | 'REMOVED',
): Promise<void> {
  const busy = await busyOrgsOf(tx, account.id)
  const [ended, erased] = await allOf([
    tx.query<OrgUser>(sql`delete from org_user where user_id = ${account.id} returning ${orgUserColumns}`),
    eraseRequestsOf(tx, account.id),
  ])
  const byId = new Map(orgs.map((org) => [org.id, org]))
  for (const { orgId, userId, roles, appRoles, status } of ended) {
    const org = byId.get(orgId)
    if (!org) throw new Error(`a membership of the org ${orgId}, which is not locked`)
    tx.record(org, by, {
      kind: 'USER',
      type,
      userId,
      roles: [],
      previousRoles: roles,
      appRoles: [],
      previousAppRoles: appRoles,
      wasSuspended: status === 'SUSPENDED',
    })
  }
  await revokeAndErase(tx, orgs, by, isToAccount(account))
  recordErased(tx, byId, by, erased)
  for (const [index, orgId] of busy.entries()) {
    const org = byId.get(orgId)
    if (!org) continue
    if (index < ORGS_AT_ONCE) await withdrawAuthority(tx, org, by, account.id, 'nothing')
    else
      tx.enqueue({
        name: 'finishWithdrawal',
        payload: {
          orgId,
          userId: account.id,
          left: [],
          actorId: by.userId,
          actorTokenId: by.apiTokenId,
          at: org.now.toISOString(),
        },
      })
  }
}

/** The orgs in which the account has made valid tokens or active links, or has sent invites that are pending. */
async function busyOrgsOf(tx: Tx, userId: string): Promise<string[]> {
  const orgs = await tx.query<{ orgId: string }>(sql`
    select org_id from org_user mine
    where user_id = ${userId} and roles <> '{USER}' and (
      exists (
        select from api_token
        where api_token.org_id = mine.org_id and created_by_id = ${userId} and revoked_at is null
      ) or exists (
        select from org_invite
        where org_invite.org_id = mine.org_id and status = 'PENDING' and invited_by_id = ${userId}
      ) or exists (
        select from org_invite
        where org_invite.org_id = mine.org_id and status = 'PENDING' and resent_by_id = ${userId}
      ) or exists (
        select from org_invite_link link
        where link.org_id = mine.org_id and link.created_by_id = ${userId} and ${activeLinkSql(sql`clock_timestamp()`)}
      )
    )
    order by org_id
  `)
  return orgs.map(({ orgId }) => orgId)
}
