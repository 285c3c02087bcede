// Delivers events as somebody would by hand who gives the same promise: each event of an org in order, signed, at least
// once, with a row for each delivery. It reads events from PostgreSQL, writes their JSON, signs it, posts it, and writes
// with one statement how far all places are and what was delivered. It asks no GraphQL, so it knows no rights. It has no
// leases, no filters, no retries and no time limits either. What it reads and writes at once is as much as the server does.
import { createHash, createHmac } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { Agent, request } from 'undici'
import { uuidv7 } from 'uuidv7'
import { type LoopPlace, type LoopWork, measured } from './loop.js'

/** As the server: events that are read at once, messages ahead of what is written, and how long it gathers, ms. */
const EVENTS_AT_ONCE = 400
const AHEAD = 40
const GATHER_MS = 10

interface Delivered {
  place: LoopPlace
  seq: number
  messageId: string
}

interface EventRow {
  seq: number
  occurred_at: Date
  summary: string
  name: string
  slug: string
  status: string
  created_at: Date
}

const { databaseUrl } = JSON.parse(process.argv[2] ?? '{}') as LoopWork
const pool = new pg.Pool({ connectionString: databaseUrl, max: 3 })
const dispatcher = new Agent({ connections: 1, pipelining: 1 })
const base64 = (text: string) => Buffer.from(text).toString('base64')

async function readEvents({ orgId }: LoopPlace, after: number): Promise<EventRow[]> {
  const { rows } = await pool.query<EventRow>({
    name: 'events',
    text: `select e.seq, e.occurred_at, e.summary, o.name, o.slug, o.status, o.created_at
      from org_event e join org o on o.id = e.org_id
      where e.org_id = $1 and e.seq > $2 order by e.seq limit $3`,
    values: [orgId, after, EVENTS_AT_ONCE],
  })
  return rows
}

function bodyOf(orgId: string, row: EventRow): string {
  const id = base64(`Org:${orgId}`)
  return JSON.stringify({
    type: 'org.renamed',
    timestamp: row.occurred_at,
    data: {
      orgId: id,
      seq: row.seq,
      cursor: base64(`${orgId}:${row.seq}`),
      event: {
        __typename: 'OrgChangeEvent',
        id: base64(`OrgEvent:${orgId}:${row.seq}`),
        seq: row.seq,
        cursor: base64(`${orgId}:${row.seq}`),
        orgId: id,
        occurredAt: row.occurred_at,
        actor: null,
        actorToken: null,
        orgEventType: 'RENAMED',
        summary: row.summary,
      },
      orgInvite: null,
      orgUser: null,
      user: null,
      org: {
        id,
        name: row.name,
        slug: row.slug,
        logoUrl: null,
        externalId: null,
        status: row.status,
        tier: 'FREE',
        dataRegion: null,
        createdAt: row.created_at,
      },
    },
  })
}

let waiting: Delivered[] = []
let gathering: Promise<void> | undefined
let running: Promise<void> = Promise.resolve()

/** Writes what waits, soon, one statement after another. */
function write(): Promise<void> {
  gathering ??= Promise.all([delay(GATHER_MS), running]).then(() => {
    const batch = waiting
    waiting = []
    gathering = undefined
    running = writeBatch(batch)
    return running
  })
  return gathering
}

async function writeBatch(batch: readonly Delivered[]): Promise<void> {
  const last = [...new Map(batch.map((one) => [one.place, one])).values()]
  await pool.query({
    name: 'progress',
    text: `with moved as (
        update webhook_place p set seq = m.seq
        from unnest($1::uuid[], $2::uuid[], $3::int[]) as m(webhook_id, org_id, seq)
        where p.webhook_id = m.webhook_id and p.org_id = m.org_id
      )
      insert into webhook_delivery (
        id, webhook_id, org_id, seq, message_id, event_type, status, attempts, first_attempt_at, last_attempt_at,
        response_status, created_at
      )
      select id, webhook_id, org_id, seq, message_id, 'org.renamed', 'DELIVERED', 1, now(), now(), 204, now()
      from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::int[], $8::text[])
        as d(id, webhook_id, org_id, seq, message_id)
      on conflict (webhook_id, org_id, seq) do update set status = excluded.status`,
    values: [
      last.map(({ place }) => place.webhookId),
      last.map(({ place }) => place.orgId),
      last.map(({ seq }) => seq),
      batch.map(() => uuidv7()),
      batch.map(({ place }) => place.webhookId),
      batch.map(({ place }) => place.orgId),
      batch.map(({ seq }) => seq),
      batch.map(({ messageId }) => messageId),
    ],
  })
}

async function deliver(place: LoopPlace): Promise<void> {
  const { webhookId, orgId, url, secret } = place
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const unwritten: Promise<void>[] = []
  for (let after = 0; ; ) {
    const events = await readEvents(place, after)
    if (events.length === 0) return void (await Promise.all(unwritten))
    for (const row of events) {
      const body = bodyOf(orgId, row)
      const messageId = `msg_${createHash('sha256').update(`${webhookId} ${orgId} ${row.seq}`).digest('base64url').slice(0, 27)}`
      const timestamp = Math.floor(Date.now() / 1_000)
      const signature = createHmac('sha256', key).update(`${messageId}.${timestamp}.${body}`).digest('base64')
      const answer = await request(url, {
        dispatcher,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': messageId,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': `v1,${signature}`,
        },
        body,
      })
      await answer.body.dump()
      if (answer.statusCode !== 204) throw new Error(`the status ${answer.statusCode}`)
      after = row.seq
      waiting.push({ place, seq: after, messageId })
      unwritten.push(write())
      if (unwritten.length >= AHEAD) await unwritten.shift()
    }
  }
}

await measured(dispatcher, async (places) => {
  await Promise.all(places.map(deliver))
})
await pool.end()
