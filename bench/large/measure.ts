import { createLog } from '../../src/lib/log.js'
import { readSettings } from '../../src/settings/settings.js'
import { startServer } from '../../src/start/server.js'
import { plansDuring } from '../../test/support/explained.js'
import { callOn } from '../../test/support/largeCall.js'
import { type LargeData, largeEmail, largeSubject } from '../../test/support/largeData.js'
import {
  type Call,
  largeOperations,
  largeSubscriptions,
  type Operation,
} from '../../test/support/largeOperations.js'
import { median } from '../load/quantile.js'
import { bearerFor, JWT_SECRET } from '../people.js'
import { largeJobs } from './jobs.js'

/** What an operation costs on one database. */
export interface Measured {
  name: string
  /** Median of the runs, ms. */
  ms: number
  /** Rows of tables and indexes, pages of 8 KB, and rows sorted, over all of its statements. */
  rows: number
  pages: number
  sorted: number
  /** Tables that were scanned sequentially. */
  scanned: string[]
}

const INSTANCE_TOKEN = 'the-instance-token-of-the-bench-for-large-data'

/** The server runs in this process, with the settings of production, so that its own connections tell how they read. */
async function serverOn(connectionString: string) {
  const settings = readSettings({
    PORT: '0',
    AUTH_JWT_SECRET: JWT_SECRET,
    INSTANCE_TOKEN,
    KEY_ENCRYPTION_SECRET: 'a secret that encrypts the keys of the bench',
    LOG_LEVEL: 'silent',
    INVITES_PER_ORG_PER_DAY: '1000000',
    ORGS_PER_USER_PER_DAY: '1000000',
    MAX_EMAIL_DOMAINS_PER_ORG: '1000',
    MAX_API_TOKENS_PER_ORG: '1000',
    RATE_LIMIT_PER_ADDRESS: '0',
  })
  const log = createLog({ level: settings.log.level, production: true })
  const appUrl = 'https://app.example'
  const server = await startServer({
    settings,
    log,
    connectionString,
    appUrl,
    jwtSecret: undefined,
    mailer: null,
  })
  const client = callOn(server.url, (as) =>
    as === 'instance'
      ? `Bearer ${INSTANCE_TOKEN}`
      : bearerFor({ subject: largeSubject(as), email: largeEmail(as), name: `Person ${as}` }),
  )
  return { server, client }
}

/**
 * Runs each operation once to warm up, and then some times. Then a second server, whose connections tell their plans, runs
 * it once more.
 */
export async function measure(
  url: string,
  data: LargeData,
  { runs, only, explain }: { runs: number; only: RegExp; explain(): Promise<void> },
): Promise<Measured[]> {
  let current = await serverOn(url)
  const ask: Call = (...args) => current.client.call(...args)
  const own = [...largeOperations(data, ask), ...largeSubscriptions(data, ask)]
  const jobs = largeJobs(data, () => current.server.app)
  const run = async (operation: Operation, nth: number) => {
    const request = await operation.prepare(nth)
    return () => current.client.run(operation, request)
  }
  const works = [
    ...own.map((operation) => ({ name: operation.name, ready: (nth: number) => run(operation, nth) })),
    ...jobs,
  ].filter(({ name }) => only.test(name))
  const times = new Map<string, number>()
  for (const { name, ready } of works) {
    const measured: number[] = []
    for (let nth = 0; nth <= runs; nth++) {
      const work = await ready(nth)
      const before = performance.now()
      await work()
      if (nth > 0) measured.push(performance.now() - before)
    }
    times.set(name, median(measured))
  }
  await current.server.close()
  await explain()
  current = await serverOn(url)
  try {
    const results: Measured[] = []
    for (const { name, ready } of works) {
      await (await ready(runs + 1))()
      const plans = await plansDuring(await ready(runs + 2))
      const sum = (key: 'rowsRead' | 'pagesRead' | 'rowsSorted') =>
        plans.reduce((total, plan) => total + plan[key], 0)
      results.push({
        name,
        ms: times.get(name) ?? Number.NaN,
        rows: sum('rowsRead'),
        pages: sum('pagesRead'),
        sorted: sum('rowsSorted'),
        scanned: plans.flatMap(({ scanned }) => scanned),
      })
    }
    return results
  } finally {
    await current.server.close()
  }
}
