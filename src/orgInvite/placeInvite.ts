import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import type { OrgRoleName } from '../generated/prisma/enums.js'
import { type Actor, tokenIdOf, userIdOf } from '../identity/actor.js'
import { allOf } from '../platform/transaction.js'
import { LimitReachedError, RateLimitedError } from '../refusal.js'
import type { LockedOrg, Tx } from '../transact.js'
import type { Email } from '../user/email.js'
import { meantByAddress } from '../user/meantByAddress.js'
import { countMail, enqueueMail } from './askForMail.js'
import { endInvites, expireDue } from './endInvites.js'
import {
  AlreadyOrgUserError,
  type OrgInvite,
  OrgInviteAlreadyPendingError,
  orgInviteColumns,
  statusAt,
} from './orgInvite.js'

const DAY_MS = 24 * 60 * 60 * 1000
const EXPIRED_AT_ONCE = 500

/** A new invite, parsed and permitted: what is left to check is the org's state. */
export interface InviteToPlace {
  email: Email
  invitedUserId: string | null
  roles: OrgRoleName[]
  expiresAt: Date
  message: string | null
  mailed: boolean
  renewsId: string | null
}

/**
 * Writes a new pending invite into a locked org, with its event and its mail.
 * @throws {AlreadyOrgUserError | OrgInviteAlreadyPendingError | LimitReachedError | RateLimitedError}
 */
export async function placeInvite(
  tx: Tx,
  org: LockedOrg,
  actor: Actor,
  place: InviteToPlace,
): Promise<OrgInvite> {
  await allOf([requireNoMember(tx, org, place), requireNonePending(tx, org, place.email)])
  await requirePendingRoom(tx, org)
  requireDailyRoom(tx, org)
  if (place.mailed) await countMail(tx, org, place.email)
  const [invite] = await tx.query<OrgInvite>(sql`
    insert into org_invite (
      id, org_id, email, invited_user_id, invited_by_id, invited_by_token_id, roles, message,
      created_at, expires_at, delivery, mail_number, renews_id
    ) values (
      ${uuidv7()}, ${org.id}, ${place.email}, ${place.invitedUserId}, ${userIdOf(actor)},
      ${tokenIdOf(actor)}, ${place.roles}, ${place.message},
      ${org.now}, ${place.expiresAt}, ${place.mailed ? 'QUEUED' : 'NOT_SENT'}::"OrgInviteDelivery",
      ${place.mailed ? 1 : 0}, ${place.renewsId}
    ) returning ${orgInviteColumns}
  `)
  if (!invite) throw new Error('an insert returned no row')
  tx.record(org, userIdOf(actor), { kind: 'INVITE', type: 'CREATED', invite, previousStatus: null })
  if (place.mailed) enqueueMail(tx, org, invite)
  return invite
}

/**
 * By account or by address, verified or not: who joined by a mailed link may have an unverified one.
 * @throws {AlreadyOrgUserError}
 */
export async function requireNoMember(
  tx: Tx,
  org: LockedOrg,
  invitee: Pick<OrgInvite, 'email' | 'invitedUserId'>,
): Promise<void> {
  const [member] = await tx.query<{ id: string }>(sql`
    select org_user.id from "user" u join org_user on org_user.user_id = u.id and org_user.org_id = ${org.id}
    where u.id = ${invitee.invitedUserId} or u.email = ${invitee.email} and ${meantByAddress}
    limit 1
  `)
  if (member) throw new AlreadyOrgUserError(member.id)
}

/** A pending invite past its time is ended here, so that it can't stand in the new one's way. */
async function requireNonePending(tx: Tx, org: LockedOrg, email: Email): Promise<void> {
  const [pending] = await tx.query<OrgInvite>(sql`
    select ${orgInviteColumns} from org_invite
    where org_id = ${org.id} and email = ${email} and status = 'PENDING'
  `)
  if (!pending) return
  if (statusAt(pending, org.now) === 'PENDING') throw new OrgInviteAlreadyPendingError(pending.id)
  await endInvites(tx, org, 'EXPIRED', null, sql`id = ${pending.id}`)
}

async function requirePendingRoom(tx: Tx, org: LockedOrg): Promise<void> {
  const limit = tx.rules.tiers[org.tier].pendingInvites
  let used = org.pendingCount
  // Only an org that looks full is asked for invites that have run out and are not counted out yet.
  while (used >= limit) {
    const expired = await expireDue(tx, [org], EXPIRED_AT_ONCE)
    if (expired.length === 0) throw new LimitReachedError(limit, 'pending invites')
    used -= expired.length
  }
}

function requireDailyRoom(tx: Tx, org: LockedOrg): void {
  const dayEnds = org.inviteDayStart.getTime() + DAY_MS
  if (org.now.getTime() < dayEnds && org.inviteDayCount >= tx.rules.invitesPerOrgPerDay)
    throw new RateLimitedError(Math.ceil((dayEnds - org.now.getTime()) / 1000), 'invites from this org')
}
