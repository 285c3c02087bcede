import { now } from '../fanout/clock.js'
import { cpuOf } from '../load/cpu.js'
import { Crowd } from './crowd.js'
import { CROWDED, orgIdOf } from './data.js'
import { atMost } from './figures.js'
import { type Part, POOL, startGuildhall } from './part.js'

const LOOK_EVERY_MS = 100
/** A server opens so many connections beside its pool (docs/settings.md). */
const BESIDE_THE_POOL = 5

/** All clients lose their sockets at once and come back at once, each with the cursor of what it saw last. */
export const reconnect: Part = async (setting) => {
  const { cluster, pool, size, before } = setting
  const server = await startGuildhall(setting)
  const follows = [{ orgId: orgIdOf(CROWDED), after: before(CROWDED) }]
  const count = size.reconnecting
  const crowd = new Crowd(Array.from({ length: count }, (_, user) => ({ user, follows })))
  let most: string[] = []
  try {
    const opened = await crowd.open(server.port, 100)
    if (opened.failures[0]) throw new Error(opened.failures[0])
    await crowd.close()
    const look = setInterval(async () => {
      const { rows } = await pool.query<{ name: string }>(
        `select application_name as name from pg_stat_activity
         where backend_type = 'client backend' and application_name <> 'bench'`,
      )
      if (rows.length > most.length) most = rows.map(({ name }) => name)
    }, LOOK_EVERY_MS)
    const cpu = { node: cpuOf(server.pid), postgres: cpuOf(cluster.pid) }
    const start = now()
    const back = await crowd.open(server.port, count)
    clearInterval(look)
    const used = { node: cpuOf(server.pid) - cpu.node, postgres: cpuOf(cluster.pid) - cpu.postgres }
    return {
      title: `${count.toLocaleString('en')} clients reconnect at once`,
      figures: [
        atMost(0, 'failed handshakes and subscriptions', back.failures.length, ''),
        atMost(10_000, 'until all are subscribed and have what they missed', back.at - start, 'ms'),
        atMost(POOL + BESIDE_THE_POOL, 'most connections to the database', most.length, ''),
        atMost(2_000, 'CPU of PostgreSQL for each', (used.postgres * 1_000) / count, 'µs'),
        atMost(2_000, 'CPU of node for each', (used.node * 1_000) / count, 'µs'),
      ],
      notes: [
        ...back.failures.slice(0, 3),
        `${back.refused.toLocaleString('en')} subscriptions were refused at first and sent again a second later.`,
        `The connections: ${byName(most)}.`,
      ],
    }
  } finally {
    await crowd.stop()
    await server.stop()
  }
}

const byName = (names: readonly string[]) =>
  [...new Set(names)]
    .map((name) => `${names.filter((one) => one === name).length} × ${name || 'without a name'}`)
    .join(', ')
