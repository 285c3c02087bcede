import sql from 'sql-template-tag'
import type { LockedOrg } from '../org/org.js'
import type { Queryable } from '../platform/database.js'
import { countAfter, type NewOrgEvent, type OrgCounts, type RecordedEvent } from './orgEvent.js'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Writes an operation's events in one statement: numbers them on from each org's newest, keeps the orgs'
 * counts, and gives those about an invite to its invitee's inbox, which has dense numbers of its own.
 * Users are locked in the order of their ids, after the orgs: always orgs, then users, so nobody waits in a ring.
 * The locked orgs are brought up to date with what was written.
 * @returns the users whose inbox grew
 */
export async function writeEvents(
  tx: Queryable,
  recorded: ReadonlyMap<LockedOrg, readonly RecordedEvent[]>,
): Promise<string[]> {
  const orgs = [...recorded].map(([org, events]) => ({ org, after: stateAfter(org, events) }))
  const orgRows = orgs.map(({ org: { id }, after }) => ({ id, ...after }))
  const eventRows = [...recorded].flatMap(([org, events]) =>
    events.map(({ actorId, event }, index) => ({
      orgId: org.id,
      seq: org.eventSeq + index + 1,
      occurredAt: org.now,
      actorId,
      ...columnsOf(event),
    })),
  )
  const reached = await tx.query<{ id: string }>(sql`
    with
      org_after as (
        update org set
          event_seq = "eventSeq",
          member_count = "memberCount",
          pending_count = "pendingCount",
          accepted_count = "acceptedCount",
          declined_count = "declinedCount",
          revoked_count = "revokedCount",
          expired_count = "expiredCount",
          invite_day_start = "inviteDayStart",
          invite_day_count = "inviteDayCount"
        from jsonb_to_recordset(${JSON.stringify(orgRows)}::jsonb) as o(
          id uuid, "eventSeq" int, "memberCount" int, "pendingCount" int, "acceptedCount" int,
          "declinedCount" int, "revokedCount" int, "expiredCount" int,
          "inviteDayStart" timestamptz, "inviteDayCount" int
        )
        where org.id = o.id
      ),
      event as (
        select * from jsonb_to_recordset(${JSON.stringify(eventRows)}::jsonb) as e(
          "orgId" uuid, seq int, "occurredAt" timestamptz, "actorId" uuid, kind "OrgEventKind", type text,
          "orgInviteId" uuid, status "OrgInviteStatus", "previousStatus" "OrgInviteStatus", "userId" uuid,
          roles "OrgRoleName"[], "previousRoles" "OrgRoleName"[], summary text, "subjectId" uuid,
          email text, "invitedUserId" uuid
        )
        -- Says how few there are: else the planner reads all users rather than look up one.
        limit ${eventRows.length}
      ),
      addressed as materialized (
        select event."orgId", event.seq, u.id as user_id
        from event join "user" u on u.email = event.email and u.email_verified
          and (event."invitedUserId" is null or event."invitedUserId" = u.id)
      ),
      locked as materialized (
        select id from "user" where id in (select user_id from addressed) order by id for no key update
      ),
      inbox as (
        update "user" u set inbox_seq = u.inbox_seq + grown.by
        from locked join (select user_id, count(*)::int as by from addressed group by user_id) grown
          on grown.user_id = locked.id
        where u.id = locked.id
        returning u.id, u.inbox_seq - grown.by as before
      ),
      written as (
        insert into org_event (
          org_id, seq, kind, type, actor_id, occurred_at, org_invite_id, status, previous_status,
          user_id, roles, previous_roles, summary, subject_id, inbox_user_id, inbox_seq
        )
        select
          event."orgId", event.seq, kind, type, "actorId", "occurredAt", "orgInviteId", status, "previousStatus",
          event."userId", roles, "previousRoles", summary, "subjectId", inbox.id,
          inbox.before + (row_number() over (partition by inbox.id order by event."orgId", event.seq))::int
        from event
          left join addressed on addressed."orgId" = event."orgId" and addressed.seq = event.seq
          left join inbox on inbox.id = addressed.user_id
        order by event."orgId", event.seq
      )
    select id from locked
  `)
  for (const { org, after } of orgs) Object.assign(org, after)
  return reached.map(({ id }) => id)
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

function columnsOf(event: NewOrgEvent) {
  switch (event.kind) {
    case 'INVITE':
      return {
        kind: event.kind,
        type: event.type,
        orgInviteId: event.invite.id,
        status: event.invite.status,
        previousStatus: event.previousStatus,
        roles: event.invite.roles,
        previousRoles: [],
        email: event.invite.email,
        invitedUserId: event.invite.invitedUserId,
      }
    case 'USER':
      return {
        kind: event.kind,
        type: event.type,
        userId: event.userId,
        roles: event.roles,
        previousRoles: event.previousRoles,
      }
    case 'CHANGE':
      return {
        kind: event.kind,
        type: event.type,
        summary: event.summary,
        subjectId: event.subjectId ?? null,
        roles: [],
        previousRoles: [],
      }
  }
}

function inviteDay(org: LockedOrg, recorded: readonly RecordedEvent[]): { start: Date; count: number } {
  const created = recorded.filter(({ event }) => event.kind === 'INVITE' && event.type === 'CREATED').length
  const over = org.now.getTime() >= org.inviteDayStart.getTime() + DAY_MS
  if (created > 0 && (over || org.inviteDayCount === 0)) return { start: org.now, count: created }
  return { start: org.inviteDayStart, count: org.inviteDayCount + created }
}
