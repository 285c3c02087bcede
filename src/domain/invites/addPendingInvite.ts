import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { insertRow } from '../../database/rows.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf, theServer, tokenIdOf, userIdOf } from '../core/actor.js'
import { countOn, refuseAbove } from '../core/dailyLimit.js'
import { endInvites, expireDue } from '../core/endInvites.js'
import { inviteDayOf } from '../core/org.js'
import { limitsOf } from '../core/orgLimits.js'
import { LimitReachedError } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import type { Email } from '../users/email.js'
import { enqueueMail } from './askForMail.js'
import { countMail } from './countMail.js'
import type { Obstacles } from './obstacles.js'
import { AlreadyOrgUserError, type OrgInvite, OrgInviteAlreadyPendingError, statusAt } from './orgInvite.js'
import { planReminder } from './remindOfInvite.js'

const EXPIRED_AT_ONCE = 500

/** A new invite whose input and permissions are already checked. Only the limits of the org are not checked yet. */
export interface NewInvite {
  email: Email
  invitedUserId: string | null
  roles: OrgRoleName[]
  /** Keys of app roles that the operation holds. */
  appRoles: string[]
  expiresAt: Date
  message: string | null
  locale: string
  mailed: boolean
  renewsId: string | null
}

/**
 * Adds a new pending invite to a locked org, with its event and its mail.
 * @throws {AlreadyOrgUserError | OrgInviteAlreadyPendingError | LimitReachedError | RateLimitedError}
 */
export async function addPendingInvite(
  tx: Tx,
  org: LockedOrg,
  actor: Actor,
  obstacles: Obstacles,
  newInvite: NewInvite,
): Promise<OrgInvite> {
  const ended = await endExpiredPending(tx, org, obstacles)
  await requirePendingRoom(tx, org, org.pendingCount - ended)
  requireDailyRoom(tx, org)
  if (newInvite.mailed) await countMail(tx, org, actor, newInvite.email)
  const { mailed, ...terms } = newInvite
  const invite: OrgInvite = {
    id: uuidv7(),
    orgId: org.id,
    ...terms,
    invitedById: userIdOf(actor),
    invitedByTokenId: tokenIdOf(actor),
    status: 'PENDING',
    createdAt: org.now,
    resolvedAt: null,
    acceptedById: null,
    delivery: mailed ? 'QUEUED' : 'NOT_SENT',
    deliveryProblem: null,
    lastSentAt: null,
    sendCount: 0,
    mailNumber: mailed ? 1 : 0,
    remindedMail: 0,
    renewalRequestedAt: null,
    resentById: null,
    resentByTokenId: null,
  }
  tx.write(insertRow('OrgInvite', invite))
  tx.record(org, eventActorOf(actor), { kind: 'INVITE', type: 'CREATED', invite, previousStatus: null })
  if (mailed) {
    enqueueMail(tx, org, invite)
    planReminder(tx, org, invite)
  }
  return invite
}

/**
 * Ends a pending invite to the same address if it has expired, so that it doesn't prevent the new one.
 * @returns the number of ended invites. The org's counters change later, when the events are written.
 */
async function endExpiredPending(tx: Tx, org: LockedOrg, { memberId, pending }: Obstacles): Promise<number> {
  if (memberId !== null) throw new AlreadyOrgUserError(memberId)
  if (!pending) return 0
  if (statusAt(pending, org.now) === 'PENDING') throw new OrgInviteAlreadyPendingError(pending.id)
  return endInvites(tx, org, 'EXPIRED', theServer, sql`id = ${pending.id}`)
}

async function requirePendingRoom(tx: Tx, org: LockedOrg, pending: number): Promise<void> {
  const limit = limitsOf(tx.rules, org).pendingInvites
  let used = pending
  // If the limit looks reached, some invites may have expired but may not be counted as EXPIRED yet.
  while (used >= limit) {
    const expired = await expireDue(tx, [org], EXPIRED_AT_ONCE)
    if (expired === 0) throw new LimitReachedError(limit, 'pending invites')
    used -= expired
  }
}

function requireDailyRoom(tx: Tx, org: LockedOrg): void {
  const day = countOn(inviteDayOf(org), org.now, 1)
  refuseAbove(tx.rules.invitesPerOrgPerDay, day, org.now, 'invites from this org')
}
