import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { decodeId } from '../../src/graphql/globalId.js'
import { BUSY_MS } from '../support/busy.js'
import type { LogLine } from '../support/logLines.js'
import { type Answer, ask } from '../support/testServer.js'
import type { Server } from './serverProcesses.js'
import { follow } from './subscribers.js'

/** `npm run test:faults` sets this for the long run. */
export const isLong = process.env.FAULTS === 'long'
/** How long a fault lasts if it does not say. */
export const LASTS_MS = isLong ? 15_000 : 2_500
/** The time for every request, and for the return to normal once the fault is over. */
export const WITHIN_MS = 5_000

const BEFORE_MS = 700
/** For this long after the return to normal nothing may fail. */
const AFTER_MS = isLong ? 5_000 : 800
const PAUSE_MS = 60
const RETRY_MS = 100
/** The most calls with the same idempotency key. */
const MAX_TRIES = 300
const PROBE_EVERY_MS = 100
const SUBSCRIBERS_OF_EACH = 2
/** An answer that takes longer counts as none. */
const GIVE_UP_MS = 20_000

const READ = 'query($orgId: ID!) { org(id: $orgId) { name events(first: 1) { nodes { seq } } } }'
const INVITE = `mutation($orgId: ID!, $email: String!, $sendEmail: Boolean, $key: String) {
  createOrgInvite(
    input: { orgId: $orgId, invitee: { email: $email }, sendEmail: $sendEmail, idempotencyKey: $key }
  ) { __typename ... on CreateOrgInvitePayload { orgInvite { id } } } }`
const RENAME_AND_INVITE = `mutation($orgId: ID!, $name: String!, $email: String!) {
  updateOrg(input: { orgId: $orgId, name: $name }) { __typename }
  createOrgInvite(input: { orgId: $orgId, invitee: { email: $email }, sendEmail: false }) { __typename } }`

/** What the load needs: servers, and their database, asked directly. */
export interface Target {
  servers: readonly Server[]
  /** The owner of the orgs. */
  authorization: string
  /** Whether some invites are sent by mail. */
  sendsMail?: boolean
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
}

/** How one part fails. */
export interface Fault {
  name: string
  /** Whether a server is killed too. Then its clients lose their connections. */
  killsServer?: boolean
  /** Why it can't be tried here. */
  skip?: string | undefined
  /** Breaks the part. Returns a function that heals it. */
  begin(): Promise<() => unknown>
  /** The time for the return to normal, ms. Default: 5 s. */
  normalWithinMs?: number
  /** With less load, because writes to one org wait for each other, each for a round trip to the database. */
  fewClients?: boolean
  /** Called once everything is back to normal, if the load has to end under other conditions than it began. */
  afterwards?: () => unknown
  /** How long it lasts after `begin` has ended, ms. */
  lastsMs?: number
}

/** What a load has seen of one fault. Times are in ms. */
export interface Account {
  name: string
  asked: number
  /** How many requests failed, by status and code, such as `503 UNAVAILABLE`. */
  failed: Record<string, number>
  /** Whether all clients got answers without an error again, and all servers were ready, in time. */
  isBackToNormal: boolean
  /** From the end of the fault to the last failure of a request that began after it. 0 if none failed. */
  lastFailureMs: number
  /** From the end of the fault to the first answer without an error to a request that began after it. */
  firstReadMs: number
  firstWriteMs: number
  slowestMs: number
  /** What a busy machine may add to every time: a second, and what it added to answers before the fault. */
  busyMs: number
  /** The same of requests that began after the end of the fault. */
  slowestAfterMs: number
  /** From the beginning of the fault until /ready of a server was 503. Undefined if it was 200 all the time. */
  unreadyMs: number | undefined
  /** From the end of the fault until /ready of all servers was 200. */
  readyMs: number
  /** The slowest answer of /ready and of /health. */
  slowestProbeMs: number
  /** Answers of /health other than 200. */
  unhealthy: number
  acknowledged: number
  /** Acknowledged writes that are not in the database. */
  lost: string[]
  /** Writes that were repeated with their idempotency key until they were acknowledged, and are there twice. */
  twice: string[]
  events: number
  /** Subscribers that missed an event, or got one twice or out of order. */
  wrongStreams: number[][]
  /** From the answer to a write until the last subscriber had its event, at most. */
  latestEventMs: number
  /** Addresses of the invites that asked for a mail. Those whose answer was lost are among them. */
  mailed: string[]
  /** From the end of the fault until all mails were sent. Undefined if the load asks for none. */
  mailsMs: number | undefined
  /** What all servers logged during the fault and after it. */
  log: LogLine[]
}

interface Outcome {
  kind: 'read' | 'write'
  at: number
  tookMs: number
  /** Undefined for an answer without an error. */
  failure: string | undefined
}

let runs = 0

/** Puts load on all servers, breaks a part, heals it, waits for the return to normal, and accounts for everything. */
export async function throughFault(
  target: Target,
  { name, begin, afterwards, lastsMs = LASTS_MS, normalWithinMs = WITHIN_MS, fewClients = false }: Fault,
): Promise<Account> {
  const { servers, query, authorization } = target
  const run = ++runs
  const founded = await ask(
    servers[0]?.url ?? '',
    authorization,
    `mutation { createOrg(input: { name: "Run ${run}" }) { ... on CreateOrgPayload { org { id } } } }`,
  )
  const orgId: string = founded.data.createOrg.org.id
  const acknowledgedAt = new Map<string, number>()
  const repeated: string[] = []
  const mailed: string[] = []
  const clients: Outcome[][] = []
  const probes = servers.map(() => [] as { at: number; tookMs: number; status: number; healthy: boolean }[])
  let isOver = false

  const request = async (url: string, kind: Outcome['kind'], document: string, variables: object) => {
    const at = performance.now()
    const answer = await post(url, authorization, document, variables)
    return { answer, outcome: { kind, at, tookMs: performance.now() - at, failure: failureOf(answer) } }
  }
  const client = async (ask: (outcomes: Outcome[], n: number) => Promise<unknown>) => {
    const outcomes: Outcome[] = []
    clients.push(outcomes)
    for (let n = 0; !isOver; n++) {
      await ask(outcomes, n)
      await delay(outcomes.at(-1)?.failure ? RETRY_MS : PAUSE_MS)
    }
  }
  const invite = async (
    outcomes: Outcome[],
    url: string,
    document: string,
    variables: { email: string; [name: string]: unknown },
  ) => {
    const { answer, outcome } = await request(url, 'write', document, { orgId, ...variables })
    const answered = answer.data?.createOrgInvite?.__typename
    if (answered === 'CreateOrgInvitePayload') acknowledgedAt.set(variables.email, performance.now())
    else outcome.failure ??= String(answered)
    outcomes.push(outcome)
  }
  const reader = (url: string) =>
    client(async (outcomes) => {
      const { answer, outcome } = await request(url, 'read', READ, { orgId })
      if (!outcome.failure && !answer.data.org) outcome.failure = 'no org'
      outcomes.push(outcome)
    })
  const writer = (url: string, who: string) =>
    client((outcomes, n) => {
      const email = `run${run}${who}n${n}@faults.example`
      const sendEmail = target.sendsMail === true
      if (sendEmail) mailed.push(email)
      return invite(outcomes, url, INVITE, { email, sendEmail })
    })
  /** Two mutations in one request, so two transactions one after the other. */
  const twoInOne = (url: string, who: string) =>
    client((outcomes, n) => {
      const email = `run${run}${who}n${n}@faults.example`
      return invite(outcomes, url, RENAME_AND_INVITE, { email, name: `Run ${run} ${who}${n}` })
    })
  /** Repeats each write with its key until it is acknowledged. */
  const repeater = (url: string, who: string) =>
    client(async (outcomes, n) => {
      const email = `run${run}${who}n${n}@faults.example`
      const key = crypto.randomUUID()
      repeated.push(email)
      for (let tries = 0; tries < MAX_TRIES && !acknowledgedAt.has(email); tries++) {
        if (tries > 0) await delay(RETRY_MS)
        await invite(outcomes, url, INVITE, { email, sendEmail: false, key })
      }
    })
  const prober = async (url: string, place: number) => {
    while (!isOver) {
      const at = performance.now()
      const [ready, health] = await Promise.all(
        ['/ready', '/health'].map((path) => statusOf(`${url}${path}`)),
      )
      probes[place]?.push({ at, tookMs: performance.now() - at, status: ready ?? 0, healthy: health === 200 })
      await delay(PROBE_EVERY_MS)
    }
  }

  const subscribers = servers.flatMap((_, place) =>
    Array.from({ length: SUBSCRIBERS_OF_EACH }, () => follow(servers, orgId, authorization, place)),
  )
  const work = Promise.all(
    servers.flatMap(({ url }, place) => [
      reader(url),
      writer(url, `w${place}`),
      repeater(url, `r${place}`),
      ...(fewClients ? [] : [reader(url), twoInOne(url, `t${place}`)]),
      prober(url, place),
    ]),
  )

  // The first answers of a server that was just started take long.
  await waitFor(() => clients.every((outcomes) => outcomes.length > 0), GIVE_UP_MS)
  await delay(BEFORE_MS)
  const lineCounts = servers.map(({ log }) => log.length)
  const began = performance.now()
  const busyMs = BUSY_MS + 2 * Math.max(0, ...clients.flat().map(({ tookMs }) => tookMs))
  const heal = await begin()
  await delay(lastsMs)
  await heal()
  const healed = performance.now()

  const endsOk = (outcomes: Outcome[]) => {
    const last = outcomes.at(-1)
    return last !== undefined && last.at > healed && !last.failure
  }
  const isReady = () => probes.every((all) => (all.at(-1)?.at ?? 0) > healed && all.at(-1)?.status === 200)
  const isBackToNormal = await waitFor(() => clients.every(endsOk) && isReady(), normalWithinMs + busyMs)
  await delay(AFTER_MS)
  isOver = true
  await work
  await afterwards?.()
  // Each mail that is sent is an event too.
  const mailsMs = target.sendsMail ? await mailsSent(query, healed) : undefined

  const rows = await query<{ seq: number; type: string; email: string | null }>(
    `select e.seq, e.type, i.email from org_event e left join org_invite i on i.id = e.org_invite_id
     where e.org_id = $1 order by e.seq`,
    [decodeId('Org', orgId)],
  )
  const everyOne = rows.map((_, n) => n + 1)
  await waitFor(() => subscribers.every(({ seen }) => seen.at(-1)?.seq === rows.length), WITHIN_MS + busyMs)
  for (const subscriber of subscribers) subscriber.stop()

  const created = counted(rows.flatMap(({ type, email }) => (type === 'CREATED' && email ? email : [])))
  const outcomes = clients.flat()
  const after = outcomes.filter(({ at }) => at > healed)
  const endOf = ({ at, tookMs }: Outcome) => at + tookMs - healed
  const firstOk = (kind: Outcome['kind']) =>
    Math.min(...after.filter((one) => one.kind === kind && !one.failure).map(endOf))
  const streams = subscribers.map(({ seen }) => seen.map(({ seq }) => seq))
  const unready = probes.flat().filter(({ at, status }) => at >= began && status !== 200)
  return {
    name,
    asked: outcomes.length,
    failed: counted(outcomes.flatMap(({ failure }) => failure ?? [])),
    isBackToNormal,
    lastFailureMs: Math.max(0, ...after.filter(({ failure }) => failure).map(endOf)),
    firstReadMs: firstOk('read'),
    firstWriteMs: firstOk('write'),
    slowestMs: Math.max(
      ...outcomes.filter(({ at, tookMs }) => at + tookMs > began).map(({ tookMs }) => tookMs),
    ),
    busyMs,
    slowestAfterMs: Math.max(...after.map(({ tookMs }) => tookMs)),
    unreadyMs:
      unready.length === 0 ? undefined : Math.min(...unready.map(({ at, tookMs }) => at + tookMs - began)),
    readyMs: Math.max(
      0,
      ...probes.map((all) => {
        const last = all.findLastIndex(({ status }) => status !== 200)
        const next = all[last + 1]
        return last === -1 ? 0 : next ? next.at + next.tookMs - healed : Number.POSITIVE_INFINITY
      }),
    ),
    slowestProbeMs: Math.max(...probes.flat().map(({ tookMs }) => tookMs)),
    unhealthy: probes.flat().filter(({ healthy }) => !healthy).length,
    acknowledged: acknowledgedAt.size,
    lost: [...acknowledgedAt.keys()].filter((email) => !created[email]),
    twice: repeated.filter((email) => created[email] !== 1),
    events: rows.length,
    wrongStreams: streams.filter((seqs) => seqs.join() !== everyOne.join()),
    latestEventMs: Math.max(
      0,
      ...rows.flatMap(({ type, email, seq }) => {
        const at = type === 'CREATED' && email !== null ? acknowledgedAt.get(email) : undefined
        return at === undefined ? [] : subscribers.map(({ seen }) => (seen[seq - 1]?.at ?? at) - at)
      }),
    ),
    mailsMs,
    mailed: mailed.filter((email) => created[email]),
    log: servers.flatMap(({ log }, place) => log.slice(lineCounts[place])),
  }
}

type Posted = Partial<Answer> & { status: number; noAnswer?: string }

async function post(url: string, authorization: string, query: string, variables: object): Promise<Posted> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(GIVE_UP_MS),
    })
    return { ...((await response.json()) as Answer), status: response.status }
  } catch (error) {
    const { name, cause } = error as Error
    return { status: 0, noAnswer: String((cause as { code?: unknown })?.code ?? name) }
  }
}

function failureOf({ status, errors, noAnswer }: Posted): string | undefined {
  if (noAnswer) return noAnswer
  const code = errors?.[0]?.extensions.code
  return code ? `${status} ${code}` : undefined
}

const statusOf = (url: string): Promise<number> =>
  fetch(url, { signal: AbortSignal.timeout(GIVE_UP_MS) }).then(
    async (response) => {
      await response.arrayBuffer()
      return response.status
    },
    () => 0,
  )

/** @returns whether it held in time */
async function waitFor(holds: () => boolean, timeout: number): Promise<boolean> {
  const end = performance.now() + timeout
  while (!holds() && performance.now() < end) await delay(20)
  return holds()
}

/** @returns the time since then */
async function mailsSent(query: Target['query'], since: number): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const waiting = await query(`select 1 from org_invite where delivery = 'QUEUED' limit 1`)
    if (waiting.length === 0) break
    await delay(100)
  }
  return performance.now() - since
}

function counted(texts: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1
  return counts
}

/** A table of the figures, as docs/reliability.md has it. */
export function tableOf(accounts: readonly Account[]): string {
  const ms = (value: number) => `${Math.round(value)}`
  const rows = accounts.map((one) => [
    one.name,
    `${one.asked}`,
    Object.entries(one.failed)
      .map(([failure, count]) => `${count} ${failure}`)
      .join(', ') || '0',
    `${ms(one.slowestMs)}, ${ms(one.slowestAfterMs)}`,
    one.unreadyMs === undefined ? '200' : `503 after ${ms(one.unreadyMs)}, 200 after ${ms(one.readyMs)}`,
    `${ms(one.firstReadMs)} / ${ms(one.firstWriteMs)}`,
    ms(one.lastFailureMs),
    ms(one.latestEventMs),
    `${one.lost.length} of ${one.acknowledged}`,
    `${one.wrongStreams.length}`,
  ])
  const head = [
    'fault',
    'requests',
    'failed',
    'slowest answer, after it',
    '/ready',
    'first ok read / write',
    'last failure',
    'latest event',
    'lost writes',
    'wrong streams',
  ]
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
