import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { DatabaseLoad } from '../database/database.js'
import type { HttpLoad } from '../http/server.js'
import type { QueuedJobs } from '../jobs/jobs.js'
import {
  credentialRefused,
  jobRuns,
  limitMet,
  listen,
  mailTried,
  streamEventSent,
  webhookTried,
} from '../lib/channels.js'
import type { ObservedOperation, OperationObserver } from '../lib/observedOperation.js'
import type { MailProblem } from '../mail/failure.js'
import type { StreamsLoad } from '../streams/openEventStreams.js'

/** What is asked when somebody reads the metrics. */
export interface MetricSources {
  readonly version: string
  /** The database's clock: events have its times. */
  readonly now: () => Date
  readonly ready: () => Promise<boolean>
  readonly http: () => HttpLoad
  readonly app: () => { database: DatabaseLoad; streams: StreamsLoad }
  readonly queuedJobs: () => Promise<QueuedJobs[]>
}

export interface Metrics {
  readonly registry: Registry
  /** Counts operations. */
  readonly observer: OperationObserver
  /** Listens no more. */
  stop(): void
}

/** So old may be what the database was asked, ms. Several may read the metrics at once. */
const ASK_EVERY_MS = 2_000
/** A page without the database's answer is better than none. */
const ANSWER_WITHIN_MS = 3_000

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const LONG_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300]
const DELIVERY_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600, 21_600, 86_400, 259_200]
const FIELDS = [1, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000]

// Series that exist from the start: `increase()` sees no first case in a series that begins with it.
const problems = Object.keys({
  NO_SUCH_MAILBOX: 0,
  MAILBOX_FULL: 0,
  RECIPIENT_REFUSED: 0,
  MESSAGE_REFUSED: 0,
  UNSENDABLE: 0,
  BUSY: 0,
  SENDER_REFUSED: 0,
  SIGN_IN_REFUSED: 0,
  INSECURE: 0,
  UNREACHABLE: 0,
  NOT_CONFIGURED: 0,
} satisfies Record<MailProblem, 0>)
const limits = [
  'requests_per_address',
  'operations_per_caller',
  'operations_in_flight',
  'wait_for_turn',
  'operations_per_socket',
  'sockets_per_caller',
  'streams_per_caller',
] as const

/**
 * All metrics of one process. Each label has a bounded number of values: none of them is written by a client. An operation
 * is named by its field in the schema's root type.
 */
export function openMetrics(sources: MetricSources): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  new Gauge({
    name: 'guildhall_build_info',
    help: 'Always 1. The labels are the versions of Guildhall and of Node.',
    labelNames: ['version', 'node'],
    aggregator: 'first',
    registers,
  }).set({ version: sources.version, node: process.versions.node }, 1)
  new Gauge({
    name: 'guildhall_workers',
    help: 'Server processes that answered.',
    registers,
  }).set(1)

  const operations = new Counter({
    name: 'guildhall_operations_total',
    help: 'GraphQL operations by what came of them. outcome: ok, refused, aborted (the client left), or the code of the first error. operation: the field of the root type, other for several, none if it was refused before it was read.',
    labelNames: ['type', 'operation', 'outcome'],
    registers,
  })
  const durations = new Histogram({
    name: 'guildhall_operation_duration_seconds',
    help: 'The time from the arrival of an operation to its answer, or to the start of its stream.',
    labelNames: ['type', 'operation'],
    buckets: SECONDS,
    registers,
  })
  const costs = new Histogram({
    name: 'guildhall_operation_cost_fields',
    help: 'The fields that operations may ask for, as MAX_COST counts them.',
    labelNames: ['type'],
    buckets: FIELDS,
    registers,
  })
  const refusals = new Counter({
    name: 'guildhall_refusals_total',
    help: 'Mutations that were refused for a reason that users can act on. refusal: the type in the schema.',
    labelNames: ['operation', 'refusal'],
    registers,
  })
  const internalErrors = new Counter({
    name: 'guildhall_internal_errors_total',
    help: 'Operations that ended with INTERNAL_SERVER_ERROR. Each is in the log.',
    registers,
  })
  const pages = new Counter({
    name: 'guildhall_page_requests_total',
    help: 'Requests for anything but operations.',
    labelNames: ['page', 'status'],
    registers,
  })
  const limitsMet = new Counter({
    name: 'guildhall_limits_met_total',
    help: 'Requests, operations, sockets and streams that were refused because of a limit.',
    labelNames: ['limit'],
    registers,
  })
  for (const limit of limits) limitsMet.inc({ limit }, 0)
  const credentials = new Counter({
    name: 'guildhall_credentials_refused_total',
    help: 'Refused credentials by reason.',
    labelNames: ['reason'],
    registers,
  })

  const streamEvents = new Counter({
    name: 'guildhall_stream_events_total',
    help: 'Events that subscribers got. source: live, or catch_up for those that they had missed.',
    labelNames: ['source'],
    registers,
  })
  for (const source of ['live', 'catch_up']) streamEvents.inc({ source }, 0)
  const streamLag = new Histogram({
    name: 'guildhall_stream_lag_seconds',
    help: 'The time from an event to its sending, of live events.',
    buckets: SECONDS,
    registers,
  })
  const streamEnds = new Counter({
    name: 'guildhall_stream_ends_total',
    help: 'Streams that ended. outcome: ok, or the code of the error.',
    labelNames: ['outcome'],
    registers,
  })
  streamEnds.inc({ outcome: 'SLOW_CONSUMER' }, 0)

  const jobs = new Counter({
    name: 'guildhall_jobs_total',
    help: 'Runs of jobs. result: ok or failed. A failed job is run again.',
    labelNames: ['task', 'result'],
    registers,
  })
  const jobDurations = new Histogram({
    name: 'guildhall_job_duration_seconds',
    help: 'The time that runs of jobs took.',
    labelNames: ['task'],
    buckets: LONG_SECONDS,
    registers,
  })
  const mails = new Counter({
    name: 'guildhall_mails_total',
    help: 'Attempts to send a mail. result: sent, deferred (tried again later) or failed (given up).',
    labelNames: ['kind', 'result', 'problem'],
    registers,
  })
  for (const kind of ['invite', 'reminder']) {
    mails.inc({ kind, result: 'sent', problem: '' }, 0)
    for (const problem of problems)
      for (const result of ['deferred', 'failed']) mails.inc({ kind, result, problem }, 0)
  }
  const webhooks = new Counter({
    name: 'guildhall_webhook_deliveries_total',
    help: 'Attempts to post a message to a webhook. result: accepted, refused (another status than 2xx) or unreachable.',
    labelNames: ['result'],
    registers,
  })
  for (const result of ['accepted', 'refused', 'unreachable']) webhooks.inc({ result }, 0)
  const webhookLag = new Histogram({
    name: 'guildhall_webhook_lag_seconds',
    help: 'The time from an event until its webhook accepted it.',
    buckets: DELIVERY_SECONDS,
    registers,
  })

  gaugesOf(sources, registers)

  const secondsSince = (time: Date) => Math.max(0, sources.now().getTime() - time.getTime()) / 1_000
  const count = (operation: ObservedOperation, outcome: string) => {
    const { facts, durationMs } = operation
    const labels = labelsOf(operation)
    operations.inc({ ...labels, outcome })
    durations.observe(labels, durationMs / 1_000)
    if (facts) costs.observe({ type: facts.type }, facts.cost)
  }
  const observer: OperationObserver = {
    streamStarted: (operation) => count(operation, 'ok'),
    finished(operation) {
      const { kind, isStream, errorCode, refusal, page, status } = operation
      if (kind === 'page') return pages.inc({ page: page ?? 'none', status: String(status ?? 0) })
      if (errorCode === 'INTERNAL_SERVER_ERROR') internalErrors.inc()
      if (isStream) return streamEnds.inc({ outcome: errorCode ?? 'ok' })
      count(operation, errorCode ?? operation.outcome)
      if (refusal !== undefined) refusals.inc({ operation: labelsOf(operation).operation, refusal })
    },
  }

  const stops = [
    listen(limitMet, ({ limit }) => limitsMet.inc({ limit })),
    listen(credentialRefused, ({ reason }) => credentials.inc({ reason })),
    listen(streamEventSent, ({ occurredAt, isCatchUp }) => {
      streamEvents.inc({ source: isCatchUp ? 'catch_up' : 'live' })
      if (!isCatchUp) streamLag.observe(secondsSince(occurredAt))
    }),
    listen(mailTried, ({ kind, result, problem = '' }) => mails.inc({ kind, result, problem })),
    listen(webhookTried, ({ result, occurredAt }) => {
      webhooks.inc({ result })
      if (result === 'accepted' && occurredAt) webhookLag.observe(secondsSince(occurredAt))
    }),
    listen(jobRuns.ended, ({ task, begunAt, error }) => {
      jobs.inc({ task, result: error === undefined ? 'ok' : 'failed' })
      jobDurations.observe({ task }, (performance.now() - begunAt) / 1_000)
    }),
  ]
  return {
    registry,
    observer,
    stop() {
      for (const stop of stops) stop()
    },
  }
}

function labelsOf({ facts }: ObservedOperation): { type: string; operation: string } {
  if (!facts) return { type: 'none', operation: 'none' }
  const [field = 'none', ...more] = facts.rootFields
  return { type: facts.type, operation: more.length > 0 ? 'other' : field }
}

/** What is only looked at when somebody reads the metrics. */
function gaugesOf({ ready, http, app, queuedJobs }: MetricSources, registers: Registry[]): void {
  const gauge = (name: string, help: string, collect: (gauge: Gauge) => void | Promise<void>) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        return collect(this)
      },
    })
  const byLabel = <Label extends string>(
    name: string,
    help: string,
    label: Label,
    values: () => Record<string, number>,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        for (const [key, value] of Object.entries(values())) this.set({ [label]: key } as never, value)
      },
    })

  gauge('guildhall_websockets', 'Open WebSockets.', (it) => it.set(http().webSockets))
  byLabel('guildhall_operations_in_flight', 'Operations in flight, without open streams.', 'state', () => {
    const { inFlight, waiting } = http()
    return { running: inFlight - waiting, waiting }
  })
  byLabel(
    'guildhall_streams',
    'Open subscriptions: to the history of an org, to an inbox, or to the events of all orgs.',
    'kind',
    () => {
      const { org, inbox, instance } = app().streams
      return { org: org.subscribers, inbox: inbox.subscribers, instance: instance.subscribers }
    },
  )
  byLabel('guildhall_tailers', 'Orgs and inboxes that are followed for subscribers.', 'kind', () => {
    const { org, inbox } = app().streams
    return { org: org.tailers, inbox: inbox.tailers }
  })
  byLabel(
    'guildhall_database_connections',
    'Connections to the database: of the pool, in use or idle, and lane for those that only read.',
    'state',
    () => {
      const { pool, lanes } = app().database
      return { in_use: pool.inUse, idle: pool.idle, lane: lanes.open }
    },
  )
  byLabel(
    'guildhall_database_waiting',
    'What waits for the database. pool: for a connection. lane: reads that were sent. row: transactions for their turn at a row.',
    'for',
    () => {
      const { pool, lanes, rows } = app().database
      return { pool: pool.waiting, lane: lanes.waiting, row: rows.waiting }
    },
  )
  new Gauge({
    name: 'guildhall_ready',
    help: '1 if the database accepts writes.',
    aggregator: 'min',
    registers,
    async collect() {
      this.set((await inTime(ready()).catch(() => false)) ? 1 : 0)
    },
  })

  const queue = cachedFor(ASK_EVERY_MS, () => inTime(queuedJobs()))
  const ofQueue = (name: string, help: string, value: (jobs: QueuedJobs) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['task'],
      // All servers of a database see the same queue.
      aggregator: 'max',
      registers,
      async collect() {
        const found = await queue().catch(() => [])
        this.reset()
        for (const jobs of found) this.set({ task: jobs.task }, value(jobs))
      },
    })
  ofQueue(
    'guildhall_jobs_queued',
    'Jobs in the queue, also those that are planned for later.',
    (it) => it.queued,
  )
  ofQueue('guildhall_jobs_due', 'Jobs that should run now and do not yet.', (it) => it.due)
  ofQueue('guildhall_jobs_dead', 'Jobs that failed too often and are not run again.', (it) => it.failed)
  ofQueue('guildhall_job_due_seconds', 'How long the oldest due job has waited.', (it) => it.dueForS)
  new Gauge({
    name: 'guildhall_mail_wait_seconds',
    help: 'How long the oldest mail has waited since it was asked for.',
    aggregator: 'max',
    registers,
    async collect() {
      this.reset()
      const found = await queue().catch(() => undefined)
      if (found) this.set(Math.max(0, ...found.map(({ askedForS }) => askedForS)))
    },
  })
}

/** @throws if the database takes too long */
function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), ANSWER_WITHIN_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Asks again only if the last answer is older. */
function cachedFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined
  return () => {
    const now = performance.now()
    if (!last || now - last.at > ms) last = { at: now, answer: ask() }
    return last.answer
  }
}
