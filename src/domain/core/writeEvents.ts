import type { Queryable } from '../../database/database.js'
import { countOn, type Day } from './dailyLimit.js'
import { type EventRow, insertFew, insertMany, isFew } from './insertEvents.js'
import { inviteDayOf, type LockedOrg } from './org.js'
import { countAfter, type OrgCounts, type RecordedEvent } from './orgEvent.js'

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
    events.map((event, index) => rowOf(event, org, org.eventSeq + index + 1)),
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

/** Spelled out, because spreading objects of so many columns takes ten times as long. */
function rowOf({ by, event }: RecordedEvent, org: LockedOrg, seq: number): EventRow {
  const row: EventRow = {
    orgId: org.id,
    seq,
    occurredAt: org.now,
    actorId: by.userId,
    actorTokenId: by.apiTokenId,
    kind: event.kind,
    type: event.type,
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
  switch (event.kind) {
    case 'INVITE': {
      const { id, status, roles, email, invitedUserId } = event.invite
      row.orgInviteId = id
      row.status = status
      row.previousStatus = event.previousStatus
      row.userId = event.acceptedById ?? null
      row.roles = roles
      row.summary = event.problem ?? null
      row.addressee = email === null ? null : { email, invitedUserId }
      break
    }
    case 'USER':
      row.userId = event.userId
      row.roles = event.roles
      row.previousRoles = event.previousRoles
      row.appRoles = event.appRoles
      row.previousAppRoles = event.previousAppRoles
      break
    case 'CHANGE':
      row.summary = event.summary
      row.subjectId = event.subjectId ?? null
      break
    case 'JOIN_REQUEST':
      row.userId = event.request.userId
      row.subjectId = event.request.id
  }
  return row
}

/** How many invites the org made on its day. */
function inviteDayAfter(org: LockedOrg, recorded: readonly RecordedEvent[]): Day {
  const created = recorded.filter(({ event }) => event.kind === 'INVITE' && event.type === 'CREATED').length
  return countOn(inviteDayOf(org), org.now, created)
}
