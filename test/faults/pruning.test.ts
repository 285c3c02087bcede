import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSeed, seededRandom } from '../support/random.js'
import { type ServerProcesses, startServerProcesses } from './serverProcesses.js'

const KILLS = process.env.FAULTS === 'long' ? 20 : 4
const ORGS = 10 * KILLS
const EVENTS_EACH = 2_500

describe('servers that are killed while they delete old events', () => {
  let processes: ServerProcesses
  beforeAll(async () => {
    processes = await startServerProcesses(2, { EVENT_RETENTION_D: '1' })
  }, 120_000)
  afterAll(() => processes.close(), 60_000)

  /** What is deleted and what the floors say. The floor of an org is right below its first event, at any time. */
  const state = async () => {
    const [found] = await processes.query<{ left: number; wrong: number; numbers: number }>(`
      with org_state as (
        select org.id, event_seq, count(*)::int as events, min(seq) as first,
          coalesce((select position from event_floor where stream_id = org.id), 0) as floor
        from org join org_event on org_id = org.id group by org.id
      )
      select sum(events)::int as left,
        count(*) filter (where first <> floor + 1 or events <> event_seq - floor)::int as wrong,
        (select count(*)::int from instance_event numbered where not exists (
          select from org_event event where event.org_id = numbered.org_id and event.seq = numbered.seq
        )) as numbers
      from org_state`)
    return found ?? { left: 0, wrong: 0, numbers: 0 }
  }

  it('leave no half of a deletion, and the others go on until all is done', {
    timeout: 300_000,
  }, async () => {
    const seed = newSeed()
    const random = seededRandom(seed)
    await processes.query(
      `with made as (
         insert into org (id, name, name_key, slug, data_region, event_seq)
         select gen_random_uuid(), 'Old ' || n, 'old ' || n, 'old-' || n, 'US_WEST', $2 from generate_series(1, $1::int) n
         returning id
       )
       insert into org_event (org_id, seq, kind, type, occurred_at, roles, previous_roles)
       select id, n, 'CHANGE', 'RENAMED', now() - interval '2 days', '{}', '{}'
       from made, generate_series(1, $2::int) n`,
      [ORGS, EVENTS_EACH],
    )
    // Half of them have a number among the events of all orgs.
    await processes.query(`
      insert into instance_event (number, org_id, seq)
      select row_number() over (), org_id, seq from org_event where seq % 2 = 0;
    `)
    await processes.query(`update instance_log set number = (select max(number) from instance_event)`)
    const seen = new Set<number>()
    for (let kill = 0; kill < KILLS; kill++) {
      // Its start begins a new round.
      const { servers } = processes
      await servers[kill % 2]?.killAndRestart()
      await delay(random.below(600))
      const { left, wrong, numbers } = await state()
      seen.add(left)
      expect({ wrong, numbers }).toEqual({ wrong: 0, numbers: 0 })
    }
    const until = Date.now() + 120_000
    while ((await state()).left > ORGS && Date.now() < until) await delay(100)
    expect(await state()).toEqual({ left: ORGS, wrong: 0, numbers: 0 })
    console.info(`seed ${seed}; events that were left at the kills:`, [...seen])
    // It was killed while it was at work.
    expect([...seen].filter((left) => left > ORGS && left < ORGS * EVENTS_EACH).length).toBeGreaterThan(0)
  })
})
