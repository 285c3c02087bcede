import type { Queryable } from '../../database/database.js'
import { type EventRow, insertFew, insertMany, isFew } from './insertEvents.js'
import type { LockedOrg } from './org.js'
import { countAfter, type NewOrgEvent, type OrgCounts, type RecordedEvent } from './orgEvent.js'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Writes an operation's events: numbers them on from each org's newest, keeps the orgs' counts, and gives those
 * about an invite to its invitee's inbox, which has dense numbers of its own. The locked orgs are brought up to
 * date with what was written.
 * @returns the users whose inbox grew
 */
export async function writeEvents(
  tx: Queryable,
  recorded: ReadonlyMap<LockedOrg, readonly RecordedEvent[]>,
): Promise<string[]> {
  const orgs = [...recorded].map(([org, events]) => ({ org, after: stateAfter(org, events) }))
  const orgRows = orgs.map(({ org: { id }, after }) => ({ id, ...after }))
  const eventRows = [...recorded].flatMap(([org, events]) =>
    events.map(
      ({ actorId, event }, index): EventRow => ({
        orgId: org.id,
        seq: org.eventSeq + index + 1,
        occurredAt: org.now,
        actorId,
        ...columnsOf(event),
      }),
    ),
  )
  const users = await (isFew(eventRows) ? insertFew : insertMany)(tx, orgRows, eventRows)
  for (const { org, after } of orgs) Object.assign(org, after)
  return users
}

/** What of an org's row its events change. */
function stateAfter(org: LockedOrg, recorded: readonly RecordedEvent[]) {
  const day = inviteDay(org, recorded)
  const { memberCount, pendingCount, acceptedCount, declinedCount, revokedCount, expiredCount } =
    recorded.reduce<OrgCounts>((before, { event }) => countAfter(before, event), org)
  return {
    eventSeq: org.eventSeq + recorded.length,
    memberCount,
    pendingCount,
    acceptedCount,
    declinedCount,
    revokedCount,
    expiredCount,
    inviteDayStart: day.start,
    inviteDayCount: day.count,
  }
}

const noColumns = {
  orgInviteId: null,
  status: null,
  previousStatus: null,
  userId: null,
  roles: [],
  previousRoles: [],
  summary: null,
  subjectId: null,
  addressee: null,
}

function columnsOf(event: NewOrgEvent): Omit<EventRow, 'orgId' | 'seq' | 'occurredAt' | 'actorId'> {
  const { kind, type } = event
  switch (kind) {
    case 'INVITE': {
      const { id, status, roles, email, invitedUserId } = event.invite
      const addressee = { email, invitedUserId }
      const { previousStatus, problem: summary = null } = event
      return { ...noColumns, kind, type, orgInviteId: id, status, previousStatus, roles, summary, addressee }
    }
    case 'USER': {
      const { userId, roles, previousRoles } = event
      return { ...noColumns, kind, type, userId, roles, previousRoles }
    }
    case 'CHANGE':
      return { ...noColumns, kind, type, summary: event.summary, subjectId: event.subjectId ?? null }
  }
}

function inviteDay(org: LockedOrg, recorded: readonly RecordedEvent[]): { start: Date; count: number } {
  const created = recorded.filter(({ event }) => event.kind === 'INVITE' && event.type === 'CREATED').length
  const over = org.now.getTime() >= org.inviteDayStart.getTime() + DAY_MS
  if (created > 0 && (over || org.inviteDayCount === 0)) return { start: org.now, count: created }
  return { start: org.inviteDayStart, count: org.inviteDayCount + created }
}
