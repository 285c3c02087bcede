import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { insertRow } from '../../database/rows.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type Actor, tokenIdOf, userIdOf } from '../core/actor.js'
import { LimitReachedError, RateLimitedError } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import type { Email } from '../users/email.js'
import { enqueueMail } from './askForMail.js'
import { countMail } from './countMail.js'
import { endInvites, expireDue } from './endInvites.js'
import type { Obstacles } from './obstacles.js'
import { AlreadyOrgUserError, type OrgInvite, OrgInviteAlreadyPendingError, statusAt } from './orgInvite.js'

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
  obstacles: Obstacles,
  place: InviteToPlace,
): Promise<OrgInvite> {
  const ended = await clearTheWay(tx, org, obstacles)
  await requirePendingRoom(tx, org, org.pendingCount - ended.length)
  requireDailyRoom(tx, org)
  if (place.mailed) await countMail(tx, org, actor, place.email)
  const { mailed, ...terms } = place
  const invite: OrgInvite = {
    id: uuidv7(),
    orgId: org.id,
    ...terms,
    invitedById: userIdOf(actor),
    invitedByTokenId: tokenIdOf(actor),
    status: 'PENDING',
    createdAt: org.now,
    resolvedAt: null,
    delivery: mailed ? 'QUEUED' : 'NOT_SENT',
    deliveryProblem: null,
    lastSentAt: null,
    sendCount: 0,
    mailNumber: mailed ? 1 : 0,
    resentById: null,
    resentByTokenId: null,
  }
  tx.write(insertRow('OrgInvite', invite))
  tx.record(org, userIdOf(actor), { kind: 'INVITE', type: 'CREATED', invite, previousStatus: null })
  if (mailed) enqueueMail(tx, org, invite)
  return invite
}

/**
 * A pending invite past its time is ended here, so that it can't stand in the new one's way.
 * @returns what was ended: the org's counts follow with the events, when all is done
 */
async function clearTheWay(tx: Tx, org: LockedOrg, { memberId, pending }: Obstacles): Promise<OrgInvite[]> {
  if (memberId !== null) throw new AlreadyOrgUserError(memberId)
  if (!pending) return []
  if (statusAt(pending, org.now) === 'PENDING') throw new OrgInviteAlreadyPendingError(pending.id)
  return endInvites(tx, org, 'EXPIRED', null, sql`id = ${pending.id}`)
}

async function requirePendingRoom(tx: Tx, org: LockedOrg, pending: number): Promise<void> {
  const limit = tx.rules.tiers[org.tier].pendingInvites
  let used = pending
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
