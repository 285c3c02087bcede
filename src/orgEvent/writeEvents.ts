import sql from 'sql-template-tag'
import type { Queryable } from '../platform/database.js'
import type { LockedOrg, RecordedEvent } from '../transact.js'
import { countAfter, type NewOrgEvent, type OrgCounts } from './orgEvent.js'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Writes an operation's events in one statement: numbers them on from the org's newest, keeps the org's
 * counts, and gives those about an invite to its invitee's inbox, which has dense numbers of its own.
 * Users are locked in the order of their ids, after the org: always org, then users, so nobody waits in a ring.
 * The locked org is brought up to date with what it wrote.
 * @returns the users whose inbox grew
 */
export async function writeEvents(
  tx: Queryable,
  org: LockedOrg,
  recorded: RecordedEvent[],
): Promise<string[]> {
  const rows = recorded.map(({ actorId, event }, index) => ({
    seq: org.eventSeq + index + 1,
    actor_id: actorId,
    ...columnsOf(event),
  }))
  const counts = recorded.reduce<OrgCounts>((before, { event }) => countAfter(before, event), org)
  const day = inviteDay(org, recorded)
  const inboxes = await tx.query<{ inboxUserId: string }>(sql`
    with
      org_after as (
        update org set
          event_seq = ${org.eventSeq + rows.length},
          member_count = ${counts.memberCount},
          pending_count = ${counts.pendingCount},
          accepted_count = ${counts.acceptedCount},
          declined_count = ${counts.declinedCount},
          revoked_count = ${counts.revokedCount},
          expired_count = ${counts.expiredCount},
          invite_day_start = ${day.start},
          invite_day_count = ${day.count}
        where id = ${org.id}
      ),
      event as (
        select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e(
          seq int, actor_id uuid, kind "OrgEventKind", type text, org_invite_id uuid,
          status "OrgInviteStatus", previous_status "OrgInviteStatus", user_id uuid,
          roles "OrgRoleName"[], previous_roles "OrgRoleName"[], summary text, subject_id uuid,
          email text, invited_user_id uuid
        )
      ),
      addressed as materialized (
        select event.seq, u.id as user_id
        from event join "user" u on u.email = event.email and u.email_verified
          and (event.invited_user_id is null or event.invited_user_id = u.id)
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
      )
    insert into org_event (
      org_id, seq, kind, type, actor_id, occurred_at, org_invite_id, status, previous_status,
      user_id, roles, previous_roles, summary, subject_id, inbox_user_id, inbox_seq
    )
    select
      ${org.id}, event.seq, kind, type, actor_id, ${org.now}, org_invite_id, status, previous_status,
      event.user_id, roles, previous_roles, summary, subject_id, inbox.id,
      inbox.before + (row_number() over (partition by inbox.id order by event.seq))::int
    from event
      left join addressed on addressed.seq = event.seq
      left join inbox on inbox.id = addressed.user_id
    order by event.seq
    returning inbox_user_id
  `)
  Object.assign(org, counts, {
    eventSeq: org.eventSeq + rows.length,
    inviteDayStart: day.start,
    inviteDayCount: day.count,
  })
  return [...new Set(inboxes.map(({ inboxUserId }) => inboxUserId).filter((id) => id !== null))]
}

function columnsOf(event: NewOrgEvent) {
  switch (event.kind) {
    case 'INVITE':
      return {
        kind: event.kind,
        type: event.type,
        org_invite_id: event.invite.id,
        status: event.invite.status,
        previous_status: event.previousStatus,
        roles: event.invite.roles,
        previous_roles: [],
        email: event.invite.email,
        invited_user_id: event.invite.invitedUserId,
      }
    case 'USER':
      return {
        kind: event.kind,
        type: event.type,
        user_id: event.userId,
        roles: event.roles,
        previous_roles: event.previousRoles,
      }
    case 'CHANGE':
      return {
        kind: event.kind,
        type: event.type,
        summary: event.summary,
        subject_id: event.subjectId ?? null,
        roles: [],
        previous_roles: [],
      }
  }
}

function inviteDay(org: LockedOrg, recorded: RecordedEvent[]): { start: Date; count: number } {
  const created = recorded.filter(({ event }) => event.kind === 'INVITE' && event.type === 'CREATED').length
  const over = org.now.getTime() >= org.inviteDayStart.getTime() + DAY_MS
  if (created > 0 && (over || org.inviteDayCount === 0)) return { start: org.now, count: created }
  return { start: org.inviteDayStart, count: org.inviteDayCount + created }
}
