import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { startCluster } from '../cluster.js'
import { startContestant } from '../contestants.js'
import { cpuOf } from '../load/cpu.js'
import { median } from '../load/quantile.js'
import { type LoopResult, type LoopWork, WARM_UP } from './loop.js'
import { KEY, prepare } from './places.js'

const COUNTS = [1, 10, 100]

/** How one way of delivering did. CPU times are µs an event. */
interface Done {
  perSecond: number
  cpu: number
  postgres: number
}

const WAYS = ['server', 'byHand', 'bare'] as const
type Round = Record<(typeof WAYS)[number], Done>

/** Counts what is posted to it. */
interface Endpoint {
  url: string
  server: Server
}

let received = 0
let first = 0
let last = 0
let sample = ''
async function startEndpoint(): Promise<Endpoint> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      last = performance.now()
      if (received++ === 0) {
        first = last
        sample = Buffer.concat(chunks).toString()
      }
      response.writeHead(204).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server }
}

/**
 * Measures how many events a server delivers to 1, 10 and 100 endpoints, beside two loops around undici: one that posts
 * the same bodies and knows nothing else, and one that gives the same promise by hand. The endpoints are in this process,
 * which shares the processor with the server.
 * @param counts how many endpoints
 * @param prof whether the server writes a CPU profile
 * @returns a section of the report, as Markdown
 */
export async function webhooksSection({
  rounds,
  events,
  counts = COUNTS,
  prof = false,
}: {
  rounds: number
  events: number
  counts?: readonly number[]
  prof?: boolean
}): Promise<string> {
  const cluster = await startCluster(async () => {})
  const pool = new pg.Pool({ connectionString: cluster.url, max: 2 })
  pool.on('error', () => {})
  let stop = async () => {}
  try {
    const preload = pathToFileURL(join(import.meta.dirname, 'graphqlOfProduction.mjs')).href
    const server = await startContestant('guildhall', {
      databaseUrl: cluster.url,
      poolSize: 10,
      // Loopback addresses are refused in production.
      env: { NODE_ENV: 'development', KEY_ENCRYPTION_SECRET: KEY, LOG_LEVEL: 'warn' },
      flags: ['--import', preload, ...(prof ? ['--cpu-prof'] : [])],
    })
    stop = () => server.stop()
    const deliver = async (endpoints: readonly Endpoint[], each: number): Promise<Done> => {
      const urls = endpoints.map(({ url }) => url)
      const places = await prepare(pool, urls, each)
      const messages = each * endpoints.length
      const before = { server: cpuOf(server.pid), postgres: cpuOf(cluster.pid) }
      received = 0
      const ids = places.map(({ webhookId }) => webhookId)
      await pool.query('update webhook set enabled = true where id = any($1)', [ids])
      while (received < messages) await delay(20)
      return {
        perSecond: ((messages - 1) * 1_000) / (last - first),
        cpu: (1_000 * (cpuOf(server.pid) - before.server)) / messages,
        postgres: (1_000 * (cpuOf(cluster.pid) - before.postgres)) / messages,
      }
    }
    const runLoop = async (file: string, endpoints: readonly Endpoint[], each: number): Promise<Done> => {
      const urls = endpoints.map(({ url }) => url)
      const [warmUp] = await prepare(pool, urls.slice(0, 1), WARM_UP)
      const places = await prepare(pool, urls, each)
      if (!warmUp) throw new Error('no endpoint')
      const work: LoopWork = { databaseUrl: cluster.url, places, warmUp, each, body: sample }
      const child = fork(join(import.meta.dirname, file), [JSON.stringify(work)], {
        execArgv: ['--import', 'tsx'],
      })
      await once(child, 'message')
      const before = cpuOf(cluster.pid)
      child.send('begin')
      const [{ ms, cpuUs }] = (await once(child, 'message')) as [LoopResult]
      const messages = each * endpoints.length
      const postgres = (1_000 * (cpuOf(cluster.pid) - before)) / messages
      if (child.exitCode === null) await once(child, 'exit')
      return { perSecond: (1_000 * messages) / ms, cpu: cpuUs / messages, postgres }
    }

    const warm = [await startEndpoint()]
    await deliver(warm, WARM_UP)
    close(warm)
    const rows: string[] = []
    for (const count of counts) {
      const measured: Round[] = []
      const each = Math.floor(events / count)
      for (let round = 1; round <= rounds; round++) {
        const endpoints = await Promise.all(Array.from({ length: count }, startEndpoint))
        const one = {
          server: await deliver(endpoints, each),
          byHand: await runLoop('byHand.ts', endpoints, each),
          bare: await runLoop('bare.ts', endpoints, each),
        }
        measured.push(one)
        console.error(`${count} endpoints: ${figuresOf([one]).join(' | ')}`)
        close(endpoints)
      }
      rows.push(`| ${[count, ...figuresOf(measured)].join(' | ')} |`)
    }
    return `## Webhooks

Events that are delivered to webhooks on this machine, ${events} in all, each webhook with an org of its own. Beside it two loops
around undici, also one message after another to each endpoint. The loop "by hand" gives the same promise: it reads the
events, writes and signs the JSON, and writes each delivery and how far it is, as much at once as the server. It has no
GraphQL, no leases, no filters and no retries. The bare loop only posts one body again and again. All are warm. "CPU" is the time of
the process in µs an event, "PostgreSQL" that of the database. The medians of ${rounds} rounds.

| endpoints | events a second | by hand | bare | of by hand | of bare | CPU | by hand | bare | PostgreSQL | by hand |
|---|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}`
  } finally {
    await stop()
    await pool.end()
    await cluster.stop()
  }
}

function close(endpoints: readonly Endpoint[]): void {
  for (const { server } of endpoints) {
    server.closeAllConnections()
    server.close()
  }
}

function figuresOf(rounds: readonly Round[]): string[] {
  const middle = (of: (round: Round) => number, digits = 0) => median(rounds.map(of)).toFixed(digits)
  return [
    ...WAYS.map((way) => middle((round) => round[way].perSecond)),
    middle(({ server, byHand }) => server.perSecond / byHand.perSecond, 2),
    middle(({ server, bare }) => server.perSecond / bare.perSecond, 2),
    ...WAYS.map((way) => middle((round) => round[way].cpu)),
    middle(({ server }) => server.postgres),
    middle(({ byHand }) => byHand.postgres),
  ]
}
