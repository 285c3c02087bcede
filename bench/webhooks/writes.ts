import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { mintWebhookSecret, sealWebhookSecret } from '../../src/domain/webhooks/webhookSecret.js'
import { type Cluster, startCluster } from '../cluster.js'
import { type Contestant, startContestant } from '../contestants.js'
import { type Sample, saturate } from '../load/closed.js'
import { median } from '../load/quantile.js'
import { signIn } from '../load/work.js'
import { requestingUsers, workloads } from '../workloads.js'
import { KEY } from './places.js'

const WEBHOOKS = 10
const WARM_UP_MS = 5_000
const CONNECTIONS = 32

/** One of the two servers that are compared. */
interface Side {
  name: string
  cluster: Cluster
  server: Contestant
  samples: Sample[]
}

/**
 * Measures W3 in orgs without webhooks and in orgs with ten of them, in turns. What is left to deliver after a round is
 * delivered before the next one begins.
 * @returns a section of the report, as Markdown
 */
export async function webhookWritesSection({ rounds, ms }: { rounds: number; ms: number }): Promise<string> {
  const endpoints = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'endpoints.ts'), String(WEBHOOKS)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [line] = (await endpoints.stdout.take(1).toArray()) as [Buffer]
  const urls = JSON.parse(String(line)) as string[]
  const sides: Side[] = []
  try {
    for (const name of ['without', 'with']) {
      const cluster = await startCluster()
      if (name === 'with') await addWebhooks(cluster.url, urls)
      const preload = pathToFileURL(join(import.meta.dirname, 'graphqlOfProduction.mjs')).href
      const server = await startContestant('guildhall', {
        databaseUrl: cluster.url,
        poolSize: 8,
        // Loopback addresses are refused in production.
        env: { NODE_ENV: 'development', KEY_ENCRYPTION_SECRET: KEY, LOG_LEVEL: 'warn' },
        flags: ['--import', preload],
      })
      sides.push({ name, cluster, server, samples: [] })
      await signIn(server, requestingUsers())
    }
    const measure = async ({ cluster, server }: Side, forMs: number) => {
      const sample = await saturate(server, workloads.W3, {
        ms: forMs,
        connections: CONNECTIONS,
        postmaster: cluster.pid,
      })
      await delivered(cluster.url)
      return sample
    }
    for (const side of sides) await measure(side, WARM_UP_MS)
    for (let round = 0; round < rounds; round++)
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        const sample = await measure(side, ms)
        side.samples.push(sample)
        console.error(
          `${side.name}: ${sample.perSecond.toFixed(0)} a second, p50 ${sample.p50.toFixed(1)} ms, CPU ${sample.nodeMicros.toFixed(0)} µs`,
        )
      }
  } finally {
    endpoints.kill()
    for (const { server, cluster } of sides) {
      await server.stop()
      await cluster.stop()
    }
  }
  const rows = sides.map(({ name, samples }) => {
    const of = (key: keyof Sample, digits = 0) => median(samples.map((one) => one[key])).toFixed(digits)
    return `| ${name} | ${of('perSecond')} | ${of('p50', 1)} | ${of('p99', 1)} | ${of('nodeMicros')} | ${of('postgresMicros')} |`
  })
  const [without, withThem] = sides
  const shares = (withThem?.samples ?? []).map(
    ({ perSecond }, round) => perSecond / (without?.samples[round]?.perSecond ?? Number.NaN),
  )
  return `## Writes beside webhooks

W3, invite and accept, in orgs without webhooks and in orgs with ${WEBHOOKS} of them, in turns. With webhooks it reaches
${median(shares).toFixed(2)} (${Math.min(...shares).toFixed(2)}–${Math.max(...shares).toFixed(2)}) of what it reaches without. CPU time
in µs for each W3, with the messages that were posted meanwhile. The medians of ${rounds} rounds.

| webhooks | W3 a second | p50, ms | p99, ms | CPU of the server | of PostgreSQL |
|---|---|---|---|---|---|
${rows.join('\n')}`
}

async function addWebhooks(databaseUrl: string, urls: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows: orgs } = await client.query<{ id: string }>('select id from org')
  const webhooks = orgs.flatMap((org) =>
    urls.map((url) => {
      const id = uuidv7()
      return {
        id,
        orgId: org.id,
        url,
        sealed: sealWebhookSecret(KEY, id, mintWebhookSecret()).toString('hex'),
      }
    }),
  )
  for (let from = 0; from < webhooks.length; from += 1_000) {
    const some = JSON.stringify(webhooks.slice(from, from + 1_000))
    await client.query(
      `with w as (
         insert into webhook (id, org_id, url, enabled, sealed_secret)
         select id, "orgId", url, true, decode(sealed, 'hex')
         from jsonb_to_recordset($1::jsonb) as w(id uuid, "orgId" uuid, url text, sealed text)
         returning id, org_id
       ), f as (
         insert into webhook_filter (webhook_id, number, from_seq, at, snapshot, event_types)
         select id, 1, 0, now(), '', '{}' from w
       )
       insert into webhook_place (webhook_id, org_id, seq)
       select w.id, w.org_id, org.event_seq from w join org on org.id = w.org_id`,
      [some],
    )
  }
  await client.query('analyze')
  await client.end()
}

/** Waits until every webhook has been told everything. */
async function delivered(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  for (;;) {
    const { rows } = await client.query(
      `select from webhook_place p join org on org.id = p.org_id where p.seq < org.event_seq limit 1`,
    )
    if (rows.length === 0) break
    await delay(200)
  }
  await client.end()
}
