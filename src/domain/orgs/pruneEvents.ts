import sql, { raw } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { INSTANCE_STREAM } from '../core/eventFloor.js'
import { acceptorSql, followingSql } from '../invites/whoAccepted.js'
import { heldSinceSql, lowestPlaceSql } from '../webhooks/undelivered.js'

/** The orgs that one call looks at, the events that one statement deletes, and those that one call deletes. */
const ORGS_AT_ONCE = 500
const EVENTS_AT_ONCE = 1_000
const EVENTS_PER_CALL = 5_000

const FIRST_ORG = '00000000-0000-0000-0000-000000000000'

/** The events of an org that are deleted if they are older than `before`: those after `floor`, up to `upto`. */
interface Prunable {
  orgId: string
  floor: number
  upto: number
  before: Date
}

interface Pruned {
  events: number
  /** The org with which the next call begins. Null if all orgs have had their turn. */
  next: string | null
}

/**
 * Deletes old events, from the beginning of each org's history on, without locking the org. An event and the floor of its
 * streams change in one statement, so a reader finds all events after its cursor, or learns that they are gone
 * (docs/decisions/050-history-that-ends.md). The newest event of each org stays, and what a webhook has not delivered.
 * @param from the org to begin with. Null: the first one
 */
export async function pruneEvents(
  db: Queryable,
  { before, from, signal }: { before: Date; from: string | null; signal?: AbortSignal },
): Promise<Pruned> {
  const { due, next } = await findPrunable(db, before, from ?? FIRST_ORG)
  let events = 0
  while (due[0] && events < EVENTS_PER_CALL && !signal?.aborted) {
    const batch = takeBatch(due)
    const floors = await deleteEvents(db, batch)
    for (const { orgId, floor } of batch) events += (floors.get(orgId) ?? floor) - floor
    const last = batch.at(-1)
    const isOver = last && floors.get(last.orgId) !== last.upto
    // The other events of this org are not old enough.
    if (isOver && due[0]?.orgId === last.orgId) due.shift()
  }
  // Statements that were planned while the table was small read all of it, on all connections. Now they are planned anew.
  if (events > 0) await db.query(sql`analyze event_floor`)
  return { events, next: due[0]?.orgId ?? next }
}

async function findPrunable(db: Queryable, before: Date, from: string) {
  const orgs = await db.query<{ id: string }>(sql`
    select id from org where id >= ${from}::uuid order by id limit ${raw(String(ORGS_AT_ONCE + 1))}
  `)
  const [next] = orgs.splice(ORGS_AT_ONCE)
  const due = await db.query<Prunable>(sql`
    select o.id as org_id, f.floor, kept.upto, kept.before
    from org o
      cross join lateral (
        select coalesce((select position from event_floor where stream_id = o.id), 0)::int as floor
      ) f
      cross join lateral (
        select least(o.event_seq - 1, ${lowestPlaceSql}) as upto,
          least(${before}::timestamptz, ${heldSinceSql}) as before
      ) kept
      join org_event first on first.org_id = o.id and first.seq = f.floor + 1 and first.occurred_at < kept.before
    where o.id = any(${orgs.map(({ id }) => id)}::uuid[]) and kept.upto > f.floor
      -- It is deleted soon, with all its rows.
      and o.status <> 'DEPROVISIONING'
    order by o.id
  `)
  return { due, next: next?.id ?? null }
}

/** Takes the first events that are due. Of an org with more, the rest stays. */
function takeBatch(due: Prunable[]): Prunable[] {
  const batch: Prunable[] = []
  let room = EVENTS_AT_ONCE
  while (due[0] && room > 0) {
    const [org] = due
    // The numbers have no gaps.
    const upto = Math.min(org.upto, org.floor + room)
    batch.push({ ...org, upto })
    room -= upto - org.floor
    if (upto === org.upto) due.shift()
    else org.floor = upto
  }
  return batch
}

/**
 * Deletes the first events of each org in the batch, up to one that is not old enough. In the same statement:
 * - Who accepted an invite is written into the invite, unless it is there.
 * - The floors of the orgs, of the inboxes and of the events of all orgs are raised.
 * - If an event has no number among those of all orgs, because nobody has read them since, it gets no number any more.
 *   One number is left out in its place, so that all cursors up to now are below the floor. If a server gives numbers at the
 *   same moment, both change the one row of `instance_log`, and the number that is left out is the highest.
 * @returns the new floor of each org
 */
async function deleteEvents(db: Queryable, batch: readonly Prunable[]): Promise<Map<string, number>> {
  const floors = await db.query<{ orgId: string; floor: number }>(sql`
    with
      asked as materialized (
        select a.*, (
          select seq from org_event recent
          where recent.org_id = a.org_id and recent.seq > a.floor and recent.seq <= a.upto
            and recent.occurred_at >= a.before
          order by seq limit 1
        ) as first_kept
        from unnest(
          ${batch.map(({ orgId }) => orgId)}::uuid[], ${batch.map(({ floor }) => floor)}::int[],
          ${batch.map(({ upto }) => upto)}::int[], ${batch.map(({ before }) => before)}::timestamptz[]
        ) as a(org_id, floor, upto, before)
      ),
      old as materialized (
        select event.*, numbered.number
        from asked
          cross join lateral (
            select * from org_event
            where org_id = asked.org_id and seq > asked.floor and seq <= coalesce(first_kept - 1, asked.upto)
            order by seq limit ${raw(String(EVENTS_AT_ONCE))}
          ) event
          left join instance_event numbered on numbered.org_id = event.org_id and numbered.seq = event.seq
      ),
      accepted as materialized (
        select accepted.org_invite_id, ${acceptorSql} as user_id
        from old accepted left join ${followingSql}
        where accepted.kind = 'INVITE' and accepted.type = 'ACCEPTED'
      ),
      remembered as (
        update org_invite set accepted_by_id = accepted.user_id
        from accepted where org_invite.id = accepted.org_invite_id and org_invite.accepted_by_id is null
      ),
      left_out as (
        update instance_log set number = number + 1
        where exists (select from old where old.number is null and old.transaction_id is not null)
        returning number
      ),
      floors as (
        insert into event_floor (stream_id, position)
        select * from (
          select org_id as stream_id, max(seq)::bigint as position from old group by org_id
          union all
          select inbox_user_id, max(inbox_seq) from old where inbox_user_id is not null group by inbox_user_id
          union all
          select ${INSTANCE_STREAM}::uuid, max(number) from (
            select number from old union all select number from left_out
          ) numbers
        ) raised
        where position is not null
        order by stream_id
        on conflict (stream_id) do update set position = greatest(event_floor.position, excluded.position)
      ),
      without_number as (
        delete from instance_event using old
        where old.number is not null and instance_event.number = old.number
      ),
      deleted as (
        delete from org_event using old where org_event.org_id = old.org_id and org_event.seq = old.seq
        returning org_event.org_id, org_event.seq
      )
    select org_id, max(seq)::int as floor from deleted group by org_id
  `)
  return new Map(floors.map(({ orgId, floor }) => [orgId, floor]))
}
