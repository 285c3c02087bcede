import { setTimeout as delay } from 'node:timers/promises'
import { cpuOf } from '../load/cpu.js'
import { median } from '../load/quantile.js'
import { insertDue } from './data.js'
import { atMost } from './figures.js'
import { type Part, startGuildhall } from './part.js'

/** The time to insert the invites, and for the server to become quiet again. */
const DUE_IN_MS = 15_000
const GIVE_UP_MS = 120_000
const LOOK_EVERY_MS = 20

/** Many invites in many orgs are over at one instant: how late the last one expires. */
export const expiry: Part = async (setting) => {
  const { cluster, pool, size } = setting
  const server = await startGuildhall(setting)
  const late: number[] = []
  const node: number[] = []
  const postgres: number[] = []
  try {
    for (let round = 0; round < size.rounds; round++) {
      const due = await insertDue(pool, size.due, `due${round}x`, size.due < 1_000 ? 1_000 : DUE_IN_MS)
      await pool.query('vacuum analyze org_invite')
      const { rows } = await pool.query<{ ms: number }>(
        'select extract(epoch from $1::timestamptz - clock_timestamp()) * 1000 as ms',
        [due],
      )
      const left = Number(rows[0]?.ms)
      if (left < 0) throw new Error('the invites were over before all of them were there')
      await delay(left)
      const cpu = { node: cpuOf(server.pid), postgres: cpuOf(cluster.pid) }
      late.push(await lateness(setting, due))
      node.push(cpuOf(server.pid) - cpu.node)
      postgres.push(cpuOf(cluster.pid) - cpu.postgres)
      const { rows: events } = await pool.query<{ count: number }>(
        `select count(*)::int as count from org_event e join org_invite i on i.id = e.org_invite_id
         where e.type = 'EXPIRED' and i.expires_at = $1`,
        [due],
      )
      if (events[0]?.count !== size.due) throw new Error(`${events[0]?.count} events of ${size.due} invites`)
    }
    const perInvite = (ms: readonly number[]) => `${((median(ms) * 1_000) / size.due).toFixed(0)} µs`
    return {
      title: `${size.due.toLocaleString('en')} invites due at one instant`,
      figures: [atMost(2_000, 'until the last EXPIRED event is committed', median(late), 'ms')],
      notes: [
        `Each took ${perInvite(node)} of node and ${perInvite(postgres)} of PostgreSQL. Median of ${size.rounds} rounds: ` +
          `${late.map((ms) => `${Math.round(ms)} ms`).join(', ')}.`,
      ],
    }
  } finally {
    await server.stop()
  }
}

/** Waits until none of them is pending. @returns how long after they were due, by the clock of the database, ms */
async function lateness({ pool }: Parameters<Part>[0], due: Date): Promise<number> {
  for (const until = performance.now() + GIVE_UP_MS; performance.now() < until; await delay(LOOK_EVERY_MS)) {
    const { rows } = await pool.query<{ pending: boolean; ms: number }>(
      `select exists (select from org_invite where status = 'PENDING' and expires_at = $1) as pending,
         extract(epoch from clock_timestamp() - $1::timestamptz) * 1000 as ms`,
      [due],
    )
    if (rows[0]?.pending === false) return Number(rows[0].ms)
  }
  throw new Error(`invites are pending ${GIVE_UP_MS} ms after they were due`)
}
