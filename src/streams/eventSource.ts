import sql, { raw, type Sql } from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { INSTANCE_STREAM, isPrunedAfter } from '../domain/core/eventFloor.js'
import { type OrgEventRow, orgEventColumns } from '../domain/core/orgEvent.js'
import type { Only } from './eventStreams.js'
import type { InstanceLog } from './instanceLog.js'

/** A part of one stream: the events after the position `after`, up to and including the position `upTo`. */
export interface EventRange {
  after: number
  upTo: number
  only?: Only
}

/**
 * Reads streams of one kind: the histories of orgs by org id, the inboxes of users by user id, or the events of all orgs.
 * If an event after a position is deleted because of its age, a read from there returns nothing. So what it returns has no
 * gap, and only if it returns nothing `isPruned` has to be asked.
 */
export interface EventSource {
  keyOf(event: OrgEventRow): string | null
  positionOf(event: OrgEventRow): number
  /** Reads many streams with one statement: at most `limit` events after the position of each. */
  readAfter(follow: ReadonlyMap<string, number>, limit: number): Promise<OrgEventRow[]>
  /** Reads the first `limit` events of a part of one stream. */
  read(key: string, range: EventRange, limit: number): Promise<OrgEventRow[]>
  /** The newest position of each stream. A stream is missing if its org or user is deleted. */
  newest(keys: string[]): Promise<Map<string, number>>
  /** Whether events after the position are deleted because of their age. */
  isPruned(key: string, after: number): Promise<boolean>
}

async function isPruned(database: Queryable, streamId: string, after: number): Promise<boolean> {
  const [found] = await database.query<{ pruned: boolean }>(
    sql`select ${isPrunedAfter(streamId, after)} as pruned`,
  )
  return found?.pruned === true
}

export function orgHistories(database: Queryable): EventSource {
  return {
    keyOf: ({ orgId }) => orgId,
    positionOf: ({ seq }) => seq,
    readAfter: (follow, limit) =>
      database.query<OrgEventRow>(sql`
        select event.*
        from unnest(${[...follow.keys()]}::uuid[], ${[...follow.values()]}::int[]) as follow(id, position)
          cross join lateral (
            select ${orgEventColumns} from org_event
            where org_id = follow.id and seq > follow.position
              and not ${isPrunedAfter(sql`follow.id`, sql`follow.position`)}
            order by seq limit ${limit}::int
          ) event
        order by event.org_id, event.seq
      `),
    read: (orgId, { after, upTo, only }, limit) =>
      database.query<OrgEventRow>(sql`
        select ${orgEventColumns} from org_event
        where org_id = ${orgId} and seq > ${after} and seq <= ${upTo} ${matching(only)}
          and not ${isPrunedAfter(orgId, after)}
        order by seq limit ${limit}
      `),
    newest: (orgIds) =>
      byId(database.query(sql`select id, event_seq as newest from org where id = any(${orgIds}::uuid[])`)),
    isPruned: (orgId, after) => isPruned(database, orgId, after),
  }
}

function matching(only: Only): Sql {
  if (only === undefined) return sql``
  return only === 'invites' ? sql`and kind = 'INVITE'` : sql`and org_invite_id = ${only.orgInviteId}`
}

/** The numbers in an inbox may have gaps: when an org is deleted, its events disappear from the inboxes. */
export function inboxes(database: Queryable): EventSource {
  return {
    keyOf: ({ inboxUserId }) => inboxUserId,
    positionOf: ({ inboxSeq }) => inboxSeq ?? 0,
    readAfter: (follow, limit) =>
      database.query<OrgEventRow>(sql`
        select event.*
        from unnest(${[...follow.keys()]}::uuid[], ${[...follow.values()]}::int[]) as follow(id, position)
          cross join lateral (
            select ${orgEventColumns} from org_event
            where inbox_user_id = follow.id and inbox_seq > follow.position
              and not ${isPrunedAfter(sql`follow.id`, sql`follow.position`)}
            order by inbox_seq limit ${limit}::int
          ) event
        order by event.inbox_user_id, event.inbox_seq
      `),
    read: (userId, { after, upTo }, limit) =>
      database.query<OrgEventRow>(sql`
        select ${orgEventColumns} from org_event
        where inbox_user_id = ${userId} and inbox_seq > ${after} and inbox_seq <= ${upTo}
          and not ${isPrunedAfter(userId, after)}
        order by inbox_seq limit ${limit}
      `),
    newest: (userIds) =>
      byId(
        database.query(sql`select id, inbox_seq as newest from "user" where id = any(${userIds}::uuid[])`),
      ),
    isPruned: (userId, after) => isPruned(database, userId, after),
  }
}

/** The key of the only stream of `instanceEvents`. */
export const INSTANCE = 'instance'

/** The events of all orgs. The numbers have gaps where orgs were deleted. */
export function instanceEvents(database: Queryable, log: InstanceLog): EventSource {
  async function after(position: number, upTo: number, limit: number): Promise<OrgEventRow[]> {
    const rows = await database.query<InstanceEventRow>(sql`
      select ${orgEventColumns}, numbered.number::float8 as instance_number,
        deleted_org.org_id as deleted_org_id, deleted_org.seq as end_seq, deleted_org.deleted_at
      from instance_event numbered
        left join org_event on org_event.org_id = numbered.org_id and org_event.seq = numbered.seq
        left join deleted_org on deleted_org.org_id = numbered.org_id and deleted_org.seq = numbered.seq
      where numbered.number > ${position}::bigint and numbered.number <= ${upTo}::bigint
        and (org_event.org_id is not null or deleted_org.org_id is not null)
        and not ${isPrunedAfter(INSTANCE_STREAM, position)}
      -- Written into the statement, so that the planner knows how few rows it needs.
      order by numbered.number limit ${raw(String(limit))}
    `)
    return rows.map(({ deletedOrgId, endSeq, deletedAt, ...event }) => ({
      ...event,
      ...(deletedOrgId !== null && endOfOrg(deletedOrgId, endSeq, deletedAt)),
    }))
  }
  return {
    keyOf: () => INSTANCE,
    positionOf: ({ instanceNumber = 0 }) => instanceNumber,
    async readAfter(follow, limit) {
      await log.complete()
      return after(follow.get(INSTANCE) ?? 0, Number.MAX_SAFE_INTEGER, limit)
    },
    read: (_key, { after: position, upTo }, limit) => after(position, upTo, limit),
    newest: async () => new Map([[INSTANCE, await log.complete()]]),
    isPruned: (_key, position) => isPruned(database, INSTANCE_STREAM, position),
  }
}

type InstanceEventRow = OrgEventRow & { deletedOrgId: string | null; endSeq: number; deletedAt: Date }

/** The event that says that an org is gone: only readers of all orgs get it, because the org's own events are erased. */
function endOfOrg(orgId: string, seq: number, deletedAt: Date): OrgEventRow {
  return {
    orgId,
    seq,
    occurredAt: deletedAt,
    kind: 'CHANGE',
    type: 'STATUS_CHANGED',
    summary: 'Deleted.',
    actorId: null,
    actorTokenId: null,
    orgInviteId: null,
    status: null,
    previousStatus: null,
    userId: null,
    roles: [],
    previousRoles: [],
    appRoles: [],
    previousAppRoles: [],
    subjectId: null,
    inboxUserId: null,
    inboxSeq: null,
  }
}

async function byId(rows: Promise<Array<{ id: string; newest: number }>>): Promise<Map<string, number>> {
  return new Map((await rows).map(({ id, newest }) => [id, newest]))
}

/** Whether a stream delivers an event. The same filter as `matching` in SQL. */
export function wants(only: Only, event: OrgEventRow): boolean {
  if (only === undefined) return true
  return only === 'invites' ? event.kind === 'INVITE' : event.orgInviteId === only.orgInviteId
}
