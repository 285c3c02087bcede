import type { Queryable } from '../../database/database.js'
import { countOn, type Day } from './dailyLimit.js'
import { type EventRow, insertFew, insertMany, isFew } from './insertEvents.js'
import { inviteDayOf, type LockedOrg } from './org.js'
import { countAfter, type NewOrgEvent, type OrgCounts, type RecordedEvent } from './orgEvent.js'

/**
 * Writes the events of an operation. It continues the numbers of each org, updates the counts, and puts the events of
 * an invite into the invitee's inbox, which has its own numbers without gaps. It also updates the locked orgs in memory.
 * @returns ids of the users who got events in their inbox
 */
export async function writeEvents(
  tx: Queryable,
  recorded: ReadonlyMap<LockedOrg, readonly RecordedEvent[]>,
): Promise<string[]> {
  const orgs = [...recorded].map(([org, events]) => ({ org, after: stateAfter(org, events) }))
  const orgRows = orgs.map(({ org: { id }, after }) => ({ id, ...after }))
  const eventRows = [...recorded].flatMap(([org, events]) =>
    events.map(
      ({ by, event }, index): EventRow => ({
        orgId: org.id,
        seq: org.eventSeq + index + 1,
        occurredAt: org.now,
        actorId: by.userId,
        actorTokenId: by.apiTokenId,
        ...columnsOf(event),
      }),
    ),
  )
  const users = await (isFew(eventRows) ? insertFew : insertMany)(tx, orgRows, eventRows)
  for (const { org, after } of orgs) Object.assign(org, after)
  return users
}

/** The columns of an org that its events change. */
function stateAfter(org: LockedOrg, recorded: readonly RecordedEvent[]) {
  const day = inviteDayAfter(org, recorded)
  const {
    memberCount,
    suspendedCount,
    pendingCount,
    acceptedCount,
    declinedCount,
    revokedCount,
    expiredCount,
  } = recorded.reduce<OrgCounts>((before, { event }) => countAfter(before, event), org)
  return {
    eventSeq: org.eventSeq + recorded.length,
    memberCount,
    suspendedCount,
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
  appRoles: [],
  previousAppRoles: [],
  summary: null,
  subjectId: null,
  addressee: null,
}

function columnsOf(
  event: NewOrgEvent,
): Omit<EventRow, 'orgId' | 'seq' | 'occurredAt' | 'actorId' | 'actorTokenId'> {
  const { kind, type } = event
  switch (kind) {
    case 'INVITE': {
      const { id, status, roles, email, invitedUserId } = event.invite
      const addressee = email === null ? null : { email, invitedUserId }
      const { previousStatus, problem: summary = null, acceptedById: userId = null } = event
      return {
        ...noColumns,
        kind,
        type,
        orgInviteId: id,
        status,
        previousStatus,
        userId,
        roles,
        summary,
        addressee,
      }
    }
    case 'USER': {
      const { userId, roles, previousRoles, appRoles, previousAppRoles } = event
      return { ...noColumns, kind, type, userId, roles, previousRoles, appRoles, previousAppRoles }
    }
    case 'CHANGE':
      return { ...noColumns, kind, type, summary: event.summary, subjectId: event.subjectId ?? null }
  }
}

/** How many invites the org made on its day. */
function inviteDayAfter(org: LockedOrg, recorded: readonly RecordedEvent[]): Day {
  const created = recorded.filter(({ event }) => event.kind === 'INVITE' && event.type === 'CREATED').length
  return countOn(inviteDayOf(org), org.now, created)
}
