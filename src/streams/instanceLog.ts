import sql, { raw, type Sql } from 'sql-template-tag'
import type { Queryable } from '../database/database.js'

/** One order of the events of all orgs (docs/decisions/044-one-cursor-for-all-orgs.md). */
export interface InstanceLog {
  /**
   * Gives numbers to all events that were committed before the call.
   * @returns the newest number
   */
  complete(): Promise<number>
}

/** The events that one statement looks at. If more are new, for example after days without readers, it takes several. */
const EVENTS_AT_ONCE = 2_000

/** How far the events have numbers. Transactions are text, because JavaScript's numbers could not hold all. */
interface State {
  number: number
  nextTransaction: string
  running: string[]
  /** Whether events may be without a number. */
  isBehind: boolean
  /** Whether the database came from another cluster, which counts its transactions in another way. */
  isForeign: boolean
}

const currentXmax = sql`pg_snapshot_xmax(pg_current_snapshot())::text::bigint`

export function instanceLog(db: Queryable): InstanceLog {
  let current: Promise<number> | undefined
  let following: Promise<number> | undefined

  async function run(): Promise<number> {
    for (;;) {
      const state = await readState(db)
      if (!state.isBehind) return state.number
      const done = await numberEvents(db, state)
      if (done.number !== null && done.isComplete) return done.number
    }
  }

  function start(): Promise<number> {
    const started = run().finally(() => {
      if (current === started) current = undefined
    })
    current = started
    return started
  }

  return {
    complete() {
      if (!current) return start()
      // What runs may have looked before the caller's event was committed. All who wait share the next run.
      following ??= current
        .catch(() => {})
        .then(() => {
          following = undefined
          return start()
        })
      return following
    },
  }
}

/**
 * The newest transaction with events, at most `upTo`. It is one step in the index. With `exists` and a comparison, the
 * planner might read the whole table.
 */
const newestOf = (table: Table, upTo: Sql): Sql => sql`(
  select e.transaction_id from ${raw(table)} e
  where e.transaction_id is not null and e.transaction_id <= ${upTo}
  order by e.transaction_id desc limit 1
)`

type Table = 'org_event' | 'deleted_org'

/** Whether the table has events of new transactions, or of one that was running at the last time. */
const hasNews = (table: Table): Sql => sql`(
  coalesce(${newestOf(table, sql`${currentXmax} - 1`)} >= next_transaction, false)
  or exists (select from unnest(running) as r(id) where r.id = ${newestOf(table, sql`r.id`)})
)`

async function readState(db: Queryable): Promise<State> {
  const [state] = await db.query<State>(sql`
    select number::float8 as number, next_transaction::text, running::text[],
      next_transaction > ${currentXmax} as is_foreign,
      next_transaction > ${currentXmax} or ${hasNews('org_event')} or ${hasNews('deleted_org')} as is_behind
    from instance_log
  `)
  if (!state) throw new Error('the table instance_log is empty')
  return state
}

/**
 * A comment that makes another statement of it each time the table has doubled. A plan that PostgreSQL made while the table
 * was small reads all of it, which takes seconds when it has grown.
 */
const magnitudeOf = (rows: number): Sql => raw(`/* 2^${Math.ceil(Math.log2(rows + 1))} events */`)

/**
 * Numbers the events of transactions that were not over at the last time, and are now. Each org goes on after its last
 * event with a number. So its order is kept even if a transaction began before another one and wrote after it, and no
 * event gets two numbers.
 * @returns the newest number; null if another server was faster
 */
async function numberEvents(
  db: Queryable,
  { number, nextTransaction, running, isForeign }: State,
): Promise<{ number: number | null; isComplete: boolean }> {
  const [done] = await db.query<{ number: number | null; found: number }>(sql`
    ${magnitudeOf(number)}
    with
      present as materialized (
        select pg_current_snapshot() as snapshot, ${currentXmax} as xmax
      ),
      found as materialized (
        select org_id, seq, transaction_id from org_event
        where transaction_id >= ${nextTransaction}::bigint and transaction_id < (select xmax from present)
        order by transaction_id fetch first ${raw(String(EVENTS_AT_ONCE))} rows with ties
      ),
      upto as materialized (
        select case when count(*) < ${EVENTS_AT_ONCE}::int then (select xmax from present)
          else max(transaction_id) + 1 end as next_transaction
        from found
      ),
      behind as (
        select org_id, max(seq) as newest from (
          select org_id, seq from found
          union all
          select org_id, seq from org_event where transaction_id = any(${running}::bigint[])
          union all
          select id, event_seq from org where ${isForeign}
        ) event
        group by org_id
      ),
      -- Their events are gone.
      deleted as materialized (
        select org_id, seq from deleted_org
        where transaction_id >= ${nextTransaction}::bigint
          and transaction_id < (select next_transaction from upto)
        union
        select org_id, seq from deleted_org where transaction_id = any(${running}::bigint[])
        union
        select org_id, seq from deleted_org
        where ${isForeign} and not exists (
          select from instance_event numbered
          where numbered.org_id = deleted_org.org_id and numbered.seq = deleted_org.seq
        )
      ),
      fresh as materialized (
        select org_id, seq, row_number() over (order by org_id, seq) as nth from (
          select event.org_id, event.seq
          from behind
            cross join lateral (
              select coalesce(max(seq), 0) as last from instance_event where org_id = behind.org_id
            ) numbered
            join org_event event
              on event.org_id = behind.org_id and event.seq > numbered.last and event.seq <= behind.newest
          where event.transaction_id is not null
          union all
          select org_id, seq from deleted
        ) event
      ),
      -- Waits for a server that does the same at this moment, and then changes nothing.
      moved as (
        update instance_log set
          number = number + (select count(*) from fresh),
          next_transaction = (select next_transaction from upto),
          running = array(
            select id::text::bigint from present, upto, pg_snapshot_xip(present.snapshot) as id
            where id::text::bigint < upto.next_transaction
          )
        where number = ${number}::bigint and next_transaction = ${nextTransaction}::bigint
          and running = ${running}::bigint[]
        returning number
      ),
      erased as (
        delete from instance_event
        -- An array, so that only its orgs are looked up. Joined to a table, it could be the whole one that is read.
        where org_id = any(array(select org_id from deleted)) and exists (select from moved)
      ),
      written as (
        insert into instance_event (number, org_id, seq)
        select ${number}::bigint + nth, org_id, seq from fresh where exists (select from moved)
      )
    select (select number::float8 from moved) as number, (select count(*)::int from found) as found
  `)
  return { number: done?.number ?? null, isComplete: (done?.found ?? 0) < EVENTS_AT_ONCE }
}
