import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { mintWebhookSecret, sealWebhookSecret } from '../../src/domain/webhooks/webhookSecret.js'
import { startCluster } from '../cluster.js'
import { startContestant } from '../contestants.js'
import { cpuOf } from '../load/cpu.js'
import { median } from '../load/quantile.js'

const KEY = 'the secret of the bench for encrypted keys'
const COUNTS = [1, 10, 100]

/** One measurement. CPU times are µs an event. */
interface Round {
  delivered: number
  bare: number
  server: number
  postgres: number
  bareCpu: number
}

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
 * Measures how many events a server delivers to 1, 10 and 100 endpoints, beside a bare loop around undici that posts the
 * same bodies. The endpoints are in this process, which shares the processor with the server.
 * @param prof whether the server writes a CPU profile
 * @returns a section of the report, as Markdown
 */
export async function webhooksSection({
  rounds,
  events,
  prof = false,
}: {
  rounds: number
  events: number
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
    const rows: string[] = []
    for (const count of COUNTS) {
      const measured: Round[] = []
      const each = Math.floor(events / count)
      for (let round = 1; round <= rounds; round++) {
        const endpoints = await Promise.all(Array.from({ length: count }, startEndpoint))
        const webhooks = await prepare(pool, endpoints, each)
        const before = { server: cpuOf(server.pid), postgres: cpuOf(cluster.pid) }
        const delivered = await rateOf(each * count, () =>
          pool.query('update webhook set enabled = true where id = any($1)', [webhooks]),
        )
        const perEvent = (ms: number) => (1_000 * ms) / (each * count)
        const cpu = {
          server: perEvent(cpuOf(server.pid) - before.server),
          postgres: perEvent(cpuOf(cluster.pid) - before.postgres),
        }
        let bareUs = 0
        const bare = await rateOf(each * count, async () => {
          bareUs = await postBare(endpoints, each)
        })
        const one = { delivered, bare, ...cpu, bareCpu: bareUs / (each * count) }
        measured.push(one)
        console.error(`${count} endpoints: ${figuresOf([one]).join(' | ')}`)
        for (const endpoint of endpoints) {
          endpoint.server.closeAllConnections()
          endpoint.server.close()
        }
      }
      rows.push(`| ${[count, ...figuresOf(measured)].join(' | ')} |`)
    }
    return `## Webhooks

Events that are delivered to webhooks on this machine, ${events} in all, each webhook with an org of its own. Beside it a bare loop
around undici that posts the same bodies, also one after another to each endpoint. CPU time in µs an event. The medians of
${rounds} rounds.

| endpoints | events a second | undici alone | share | CPU of the server | of PostgreSQL | of undici alone |
|---|---|---|---|---|---|---|
${rows.join('\n')}`
  } finally {
    await stop()
    await pool.end()
    await cluster.stop()
  }
}

function figuresOf(rounds: readonly Round[]): string[] {
  const middle = (of: (round: Round) => number) => median(rounds.map(of))
  return [
    middle(({ delivered }) => delivered).toFixed(0),
    middle(({ bare }) => bare).toFixed(0),
    middle(({ delivered, bare }) => delivered / bare).toFixed(2),
    middle(({ server }) => server).toFixed(0),
    middle(({ postgres }) => postgres).toFixed(0),
    middle(({ bareCpu }) => bareCpu).toFixed(0),
  ]
}

async function rateOf(messages: number, send: () => Promise<unknown>): Promise<number> {
  received = 0
  await send()
  while (received < messages) await delay(20)
  return ((messages - 1) * 1_000) / (last - first)
}

/** Makes an org with its events for each endpoint. @returns their webhooks, which are switched off */
async function prepare(pool: pg.Pool, endpoints: readonly Endpoint[], each: number): Promise<string[]> {
  const webhooks: string[] = []
  for (const { url } of endpoints) {
    const [orgId, webhookId] = [uuidv7(), uuidv7()]
    const sealed = sealWebhookSecret(KEY, webhookId, mintWebhookSecret())
    await pool.query(`insert into org (id, name, name_key, slug, event_seq) values ($1, $2, $2, $3, $4)`, [
      orgId,
      `bench ${orgId}`,
      `bench-${orgId.slice(-20)}`,
      each,
    ])
    await pool.query(
      `insert into org_event (org_id, seq, kind, type, occurred_at, summary)
       select $1, n, 'CHANGE', 'RENAMED', now(), 'It was renamed.' from generate_series(1, $2::int) n`,
      [orgId, each],
    )
    await pool.query(
      'insert into webhook (id, org_id, url, enabled, sealed_secret) values ($1, $2, $3, false, $4)',
      [webhookId, orgId, url, sealed],
    )
    await pool.query(
      `insert into webhook_filter (webhook_id, number, from_seq, at, snapshot, event_types)
       values ($1, 1, 0, now(), '', '{}')`,
      [webhookId],
    )
    await pool.query('insert into webhook_place (webhook_id, org_id, seq) values ($1, $2, 0)', [
      webhookId,
      orgId,
    ])
    webhooks.push(webhookId)
  }
  return webhooks
}

/** @returns the CPU time that it took, µs */
async function postBare(endpoints: readonly Endpoint[], each: number): Promise<number> {
  const work = JSON.stringify({ urls: endpoints.map(({ url }) => url), body: sample, each })
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'floor.ts'), work], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return Number(await text(child.stdout))
}
