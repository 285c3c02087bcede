import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { Row } from '../../database/rows.js'
import type { OrgCounts, OrgEventRow } from './orgEvent.js'

/** The part of an org's row that its events change. */
export type OrgRow = OrgCounts & Pick<Row<'Org'>, 'id' | 'eventSeq' | 'inviteDayStart' | 'inviteDayCount'>

/** An event as it is written. The statement that writes it also finds its number in an inbox. */
export interface EventRow extends Omit<OrgEventRow, 'inboxUserId' | 'inboxSeq' | 'instanceNumber'> {
  /** The invitee of an invite's event. It goes into their inbox, if somebody has the address verified. */
  addressee: Addressee | null
}

interface Addressee {
  email: string
  /** Set if the invite is for one account only. */
  invitedUserId: string | null
}

/** In the order in which both statements below give the values. */
const insertedColumns = raw(`
  org_id, seq, kind, type, actor_id, occurred_at, org_invite_id, status, previous_status,
  user_id, roles, previous_roles, app_roles, previous_app_roles, summary, subject_id, actor_token_id,
  inbox_user_id, inbox_seq
`)

const FEW = 4

/** Whether there are few events, and at most one of them goes into an inbox: then no order of locks is needed. */
export function isFew(events: readonly EventRow[]): boolean {
  return events.length <= FEW && events.filter(({ addressee }) => addressee !== null).length <= 1
}

/**
 * Writes a few events in one statement, with parameters for each. Nearly every operation does this. It costs half as
 * much as `insertMany`.
 * @returns ids of the users who got events in their inbox
 */
export async function insertFew(
  tx: Queryable,
  orgs: readonly OrgRow[],
  events: readonly EventRow[],
): Promise<string[]> {
  const addressee = events.find((event) => event.addressee !== null)?.addressee
  const before = [...orgs.map(orgAfter), ...(addressee ? [inboxOf(addressee)] : [])]
  const inserted = await tx.query<{ inboxUserId: string | null }>(sql`
    with ${join(before)}
    insert into org_event (${insertedColumns}) values ${join(events.map(rowOf))}
    returning inbox_user_id
  `)
  return inserted.flatMap(({ inboxUserId }) => inboxUserId ?? [])
}

const orgAfter = (org: OrgRow, index: number): Sql => sql`
  ${raw(`org_${index}`)} as (
    update org set
      event_seq = ${org.eventSeq},
      member_count = ${org.memberCount},
      suspended_count = ${org.suspendedCount},
      pending_count = ${org.pendingCount},
      accepted_count = ${org.acceptedCount},
      declined_count = ${org.declinedCount},
      revoked_count = ${org.revokedCount},
      expired_count = ${org.expiredCount},
      invite_day_start = ${org.inviteDayStart},
      invite_day_count = ${org.inviteDayCount}
    where id = ${org.id}
  )
`

const inboxOf = ({ email, invitedUserId }: Addressee): Sql => sql`
  inbox as (
    update "user" set inbox_seq = inbox_seq + 1
    where email = ${email} and email_verified
      and (${invitedUserId}::uuid is null or id = ${invitedUserId})
    returning id, inbox_seq
  )
`

function rowOf(event: EventRow): Sql {
  const place = event.addressee ? sql`(select id from inbox), (select inbox_seq from inbox)` : sql`null, null`
  return sql`(
    ${event.orgId}, ${event.seq}, ${event.kind}::"OrgEventKind", ${event.type}, ${event.actorId},
    ${event.occurredAt}, ${event.orgInviteId}, ${event.status}, ${event.previousStatus},
    ${event.userId}, ${event.roles}, ${event.previousRoles}, ${event.appRoles}, ${event.previousAppRoles},
    ${event.summary}, ${event.subjectId}, ${event.actorTokenId}, ${place}
  )`
}

/**
 * Writes any number of events in one statement. It locks users in the order of their ids and after the orgs, as every
 * transaction does, so that there is no deadlock.
 * @returns ids of the users who got events in their inbox
 */
export async function insertMany(
  tx: Queryable,
  orgs: readonly OrgRow[],
  events: readonly EventRow[],
): Promise<string[]> {
  const reached = await tx.query<{ id: string }>(sql`
    with
      org_after as (
        update org set
          event_seq = "eventSeq",
          member_count = "memberCount",
          suspended_count = "suspendedCount",
          pending_count = "pendingCount",
          accepted_count = "acceptedCount",
          declined_count = "declinedCount",
          revoked_count = "revokedCount",
          expired_count = "expiredCount",
          invite_day_start = "inviteDayStart",
          invite_day_count = "inviteDayCount"
        from jsonb_to_recordset(${JSON.stringify(orgs)}::jsonb) as o(
          id uuid, "eventSeq" int, "memberCount" int, "suspendedCount" int, "pendingCount" int, "acceptedCount" int,
          "declinedCount" int, "revokedCount" int, "expiredCount" int,
          "inviteDayStart" timestamptz, "inviteDayCount" int
        )
        where org.id = o.id
      ),
      event as (
        select * from jsonb_to_recordset(${JSON.stringify(events.map(flat))}::jsonb) as e(
          "orgId" uuid, seq int, "occurredAt" timestamptz, "actorId" uuid, kind "OrgEventKind", type text,
          "orgInviteId" uuid, status "OrgInviteStatus", "previousStatus" "OrgInviteStatus", "userId" uuid,
          roles "OrgRoleName"[], "previousRoles" "OrgRoleName"[], "appRoles" text[], "previousAppRoles" text[],
          summary text, "subjectId" uuid, "actorTokenId" uuid, email text, "invitedUserId" uuid
        )
        -- Tells the planner how few rows there are. Otherwise it reads all users instead of using the index.
        limit ${events.length}
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
        insert into org_event (${insertedColumns})
        select
          event."orgId", event.seq, kind, type, "actorId", "occurredAt", "orgInviteId", status, "previousStatus",
          event."userId", roles, "previousRoles", "appRoles", "previousAppRoles", summary, "subjectId",
          "actorTokenId", inbox.id,
          inbox.before + (row_number() over (partition by inbox.id order by event."orgId", event.seq))::int
        from event
          left join addressed on addressed."orgId" = event."orgId" and addressed.seq = event.seq
          left join inbox on inbox.id = addressed.user_id
        order by event."orgId", event.seq
      )
    select id from locked
  `)
  return reached.map(({ id }) => id)
}

const flat = ({ addressee, ...event }: EventRow) => ({ ...event, ...addressee })
