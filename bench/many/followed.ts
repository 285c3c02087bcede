import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { memoryOf } from '../fanout/memory.js'
import { cpuOf } from '../load/cpu.js'
import { freePort } from '../program.js'
import { Crowd } from './crowd.js'
import { FOLLOWED_BY_ONE, followedOrg, followerOf, orgIdOf } from './data.js'
import { atLeast, atMost } from './figures.js'
import { type Part, type Setting, startGuildhall } from './part.js'

const SETTLE_MS = 2_500
const KB = 1_024

/** One server follows many orgs in which nothing happens. A hundred of them share a socket. */
export const followed: Part = async (setting) => {
  const { size, before } = setting
  const inspector = await freePort()
  const server = await startGuildhall(setting, { flags: [`--inspect=127.0.0.1:${inspector}`] })
  const count = size.followed
  const follow = (first: number) =>
    Array.from({ length: FOLLOWED_BY_ONE }, (_, index) => followedOrg(first + index)).map((org) => ({
      orgId: orgIdOf(org),
      after: before(org),
    }))
  const plans = Array.from({ length: count / FOLLOWED_BY_ONE }, (_, socket) => ({
    user: followerOf(socket * FOLLOWED_BY_ONE),
    follows: follow(socket * FOLLOWED_BY_ONE),
  }))
  const crowd = new Crowd(plans)
  try {
    await delay(SETTLE_MS)
    const empty = await memoryOf(inspector)
    const alone = await idle(setting, server.pid, size.ms)
    const opened = await crowd.open(server.port, 4)
    if (opened.failures[0]) throw new Error(opened.failures[0])
    await delay(SETTLE_MS)
    const full = await memoryOf(inspector)
    const beside = await idle(setting, server.pid, size.ms)
    return {
      title: `${count.toLocaleString('en')} orgs followed by one server`,
      figures: [
        atLeast(count, 'orgs, each with a subscription', opened.active, ''),
        atMost(10, 'heap for each', (full.heap - empty.heap) / count / KB, 'KB'),
        atMost(12, 'memory of the process for each', (full.rss - empty.rss) / count / KB, 'KB'),
        atMost(
          4,
          'more transactions a second than without them',
          beside.transactions - alone.transactions,
          '',
        ),
        atMost(10, 'a core of PostgreSQL, for nothing new', beside.postgres * 100, '%'),
        atMost(10, 'a core of node, for nothing new', beside.node * 100, '%'),
      ],
      notes: [
        `Without followers the server makes ${alone.transactions.toFixed(1)} transactions a second, for its jobs and checks.`,
      ],
    }
  } finally {
    await crowd.stop()
    await server.stop()
  }
}

/** What the server and PostgreSQL do while no client asks for anything. */
async function idle({ cluster, pool }: Setting, server: number, ms: number) {
  const before = { transactions: await transactions(pool), node: cpuOf(server), postgres: cpuOf(cluster.pid) }
  const start = performance.now()
  await delay(ms)
  const passed = performance.now() - start
  return {
    transactions: ((await transactions(pool)) - before.transactions) / (passed / 1_000),
    node: (cpuOf(server) - before.node) / passed,
    postgres: (cpuOf(cluster.pid) - before.postgres) / passed,
  }
}

/** A statement outside of a transaction is one of its own. */
async function transactions(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(
    `select sum(xact_commit + xact_rollback) as count from pg_stat_database where datname = current_database()`,
  )
  return Number(rows[0]?.count)
}
