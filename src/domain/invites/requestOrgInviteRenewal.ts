import sql from 'sql-template-tag'
import { allOf, ofOneRow } from '../../database/transaction.js'
import type { MinuteLimit } from '../../lib/minuteLimit.js'
import { theServer } from '../core/actor.js'
import { refuseWithinADay } from '../core/dailyLimit.js'
import { endInvites } from '../core/endInvites.js'
import { lockOrg } from '../core/lockOrg.js'
import { NotFoundError, RateLimitedError, refuseIf } from '../core/refusal.js'
import type { LockedOrg, Transact, Tx } from '../core/transact.js'
import type { Email } from '../users/email.js'
import { countMailOf } from './countMail.js'
import { orgOfInvite, readInvite } from './enterInvite.js'
import { hashInviteToken, isInviteToken } from './inviteToken.js'
import { obstaclesTo } from './obstacles.js'
import { type OrgInvite, OrgInviteNotExpiredError, statusAt } from './orgInvite.js'
import { rolesThatResend } from './rolesThatResend.js'
import { renewalJob } from './sendRenewalRequest.js'

/** How often one caller may ask in a minute, for whatever invites. Nobody gets so many invites. */
export const RENEWAL_REQUESTS_PER_MINUTE = 10

/**
 * `requestOrgInviteRenewal` in a transaction of its own. It counts how often each caller asks.
 * @param callerKey names the caller, who need not be signed in
 * @throws {RateLimitedError} if it was too often
 */
export async function requestRatedRenewal(
  transact: Transact,
  requests: MinuteLimit,
  callerKey: string,
  token: string,
): Promise<Date> {
  const waitMs = requests.count(callerKey)
  if (waitMs > 0) throw new RateLimitedError(Math.ceil(waitMs / 1_000), 'requests for a new link', 'minute')
  return transact((tx) => requestOrgInviteRenewal(tx, token))
}

/**
 * Asks for a new link of an expired invite. Whoever has its link may do so, and learns nothing from the answer that the
 * link's preview doesn't show: not whether anybody gets a mail, nor who. The event has no actor for the same reason that the
 * mail names none: the link may have gone to somebody else.
 * @returns when
 * @throws {NotFoundError | OrgInviteNotExpiredError | RateLimitedError}
 */
async function requestOrgInviteRenewal(tx: Tx, token: string): Promise<Date> {
  if (!isInviteToken(token)) throw new NotFoundError()
  const inviteId = sql`(select invite_id from org_invite_token where hash = ${hashInviteToken(token)})`
  const [org, invite] = await allOf([lockOrg(tx, orgOfInvite(inviteId)), readInvite(tx, inviteId)])
  if (!invite || invite.email === null) throw new NotFoundError()
  const status = statusAt(invite, org.now)
  if (status !== 'EXPIRED') throw new OrgInviteNotExpiredError(status)
  if (invite.renewalRequestedAt)
    refuseIf(refuseWithinADay(invite.renewalRequestedAt, org.now, 'requests for a new link'))
  const expired = { ...invite, email: invite.email, status }
  tx.write(ofOneRow(sql`update org_invite set renewal_requested_at = ${org.now} where id = ${invite.id}`))
  const { memberId } = await obstaclesTo(tx, org.id, expired)
  // They are in already, by another way, and need no link.
  if (memberId !== null) return org.now
  // The expiry comes first in the history, also if its job has not run yet.
  if (invite.status === 'PENDING') await endInvites(tx, org, 'EXPIRED', theServer, sql`id = ${invite.id}`)
  tx.record(org, theServer, {
    kind: 'INVITE',
    type: 'RENEWAL_REQUESTED',
    invite: expired,
    previousStatus: status,
  })
  await requestMail(tx, org, expired)
  return org.now
}

/** Requests the mail to a person who may resend the invite, if there is one who has not got too many today. */
async function requestMail(tx: Tx, org: LockedOrg, invite: OrgInvite): Promise<void> {
  if (!tx.rules.mailConfigured) return
  const person = await whoMayResend(tx, org, invite)
  if (!person) return
  try {
    await countMailOf(tx, org, { userId: null, tokenId: null }, person.email)
  } catch (error) {
    // The event tells it without a mail.
    if (error instanceof RateLimitedError) return
    throw error
  }
  tx.enqueue(
    renewalJob({ inviteId: invite.id, userId: person.id, askedAt: org.now.toISOString(), failures: 0 }),
  )
}

/**
 * The person who gets the mail: who sent the invite, or resent it last, if they may resend it today; else the member who has
 * been in the org for longest among those who may. Null if none has a verified address.
 */
async function whoMayResend(
  tx: Tx,
  org: LockedOrg,
  invite: OrgInvite,
): Promise<{ id: string; email: Email } | null> {
  const { invitedById, resentById } = invite
  const may = await rolesThatResend(tx, invite)
  const [person] = await tx.query<{ id: string; email: Email }>(sql`
    select u.id, u.email
    from org_user member join "user" u on u.id = member.user_id
    where member.org_id = ${org.id} and member.roles && '{ADMIN,OWNER}' and member.status = 'ACTIVE'
      and member.roles && ${may}::"OrgRoleName"[] and u.email_verified and u.email is not null
    order by u.id is not distinct from ${invitedById}::uuid desc, u.id is not distinct from ${resentById}::uuid desc,
      member.joined_at, member.id
    limit 1
  `)
  return person ?? null
}
