import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { type OrgEventRow, orgEventColumns } from '../domain/core/orgEvent.js'
import type { Only } from './eventStreams.js'

/** A part of one stream: the events after the position `after`, up to and including the position `upTo`. */
export interface EventRange {
  after: number
  upTo: number
  only?: Only
}

/** Reads streams of one kind: the histories of orgs by org id, or the inboxes of users by user id. */
export interface EventSource {
  keyOf(event: OrgEventRow): string | null
  positionOf(event: OrgEventRow): number
  /** Reads many streams with one statement: at most `limit` events after the position of each. */
  readAfter(follow: ReadonlyMap<string, number>, limit: number): Promise<OrgEventRow[]>
  /** Reads the first `limit` events of a part of one stream. */
  read(key: string, range: EventRange, limit: number): Promise<OrgEventRow[]>
  /** The newest position of each stream. A stream is missing if its org or user is deleted. */
  newest(keys: string[]): Promise<Map<string, number>>
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
            order by seq limit ${limit}::int
          ) event
        order by event.org_id, event.seq
      `),
    read: (orgId, { after, upTo, only }, limit) =>
      database.query<OrgEventRow>(sql`
        select ${orgEventColumns} from org_event
        where org_id = ${orgId} and seq > ${after} and seq <= ${upTo} ${matching(only)}
        order by seq limit ${limit}
      `),
    newest: (orgIds) =>
      byId(database.query(sql`select id, event_seq as newest from org where id = any(${orgIds}::uuid[])`)),
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
            order by inbox_seq limit ${limit}::int
          ) event
        order by event.inbox_user_id, event.inbox_seq
      `),
    read: (userId, { after, upTo }, limit) =>
      database.query<OrgEventRow>(sql`
        select ${orgEventColumns} from org_event
        where inbox_user_id = ${userId} and inbox_seq > ${after} and inbox_seq <= ${upTo}
        order by inbox_seq limit ${limit}
      `),
    newest: (userIds) =>
      byId(
        database.query(sql`select id, inbox_seq as newest from "user" where id = any(${userIds}::uuid[])`),
      ),
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
