import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Attributes,
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base'
import {
  type Ended,
  executions,
  httpRequests,
  jobRuns,
  listen,
  mailSendings,
  statements,
  transactions,
  type Work,
  webhookPosts,
} from '../lib/channels.js'
import type { Log } from '../lib/log.js'
import { logOncePerMinute } from '../lib/logOncePerMinute.js'
import { StartError } from '../lib/startError.js'
import type { TraceSettings } from '../settings/settings.js'

export interface Traces {
  /** Sends what is left, and traces nothing more. */
  close(): Promise<void>
}

/** A collector that is down must not make a stop take longer. */
const LAST_SENDING_MS = 3_000
/** The most characters of a statement. */
const MAX_STATEMENT = 2_000

/** How a piece of work looks in a trace. */
interface Description {
  name: string
  kind?: SpanKind
  attributes?: Attributes
  /** Instead of the work of which it is a part. */
  parent?: Context
}

/**
 * Makes spans of the work that the server does, and sends them.
 * @throws {StartError} for a protocol that is not supported
 */
export async function openTraces(
  settings: TraceSettings,
  { version, log }: { version: string; log: Log },
): Promise<Traces> {
  const logUnsent = logOncePerMinute('traces could not be sent', log)
  setGlobalErrorHandler((error) => logUnsent('export', { err: error }))
  const provider = new BasicTracerProvider({
    resource: await resourceOf(settings, version),
    // The SDK reads the sampler and the size of batches from the environment.
    spanProcessors: [new BatchSpanProcessor(exporterOf(settings))],
  })
  const tracer = provider.getTracer('guildhall', version)
  const storage = new AsyncLocalStorage<Context>()

  /** @param describe undefined if this is to be no span of its own */
  function watch<Facts extends object>(
    { channels: { start }, ended }: Work<Facts>,
    describe: (facts: Facts, within: Context | undefined) => Description | undefined,
    addResult: (span: Span, facts: Facts & Ended) => void = () => {},
  ): () => void {
    const spans = new WeakMap<object, Span>()
    const begin = (facts: Facts): Context | undefined => {
      const within = storage.getStore()
      const description = describe(facts, within)
      if (!description) return within
      const { name, kind = SpanKind.INTERNAL, attributes = {}, parent = within ?? ROOT_CONTEXT } = description
      const span = tracer.startSpan(name, { kind, attributes }, parent)
      spans.set(facts, span)
      return trace.setSpan(parent, span)
    }
    const end = (facts: Facts & Ended) => {
      const span = spans.get(facts)
      if (!span) return
      addResult(span, facts)
      if (facts.error !== undefined) fail(span, facts.error)
      span.end()
    }
    start.bindStore(storage as never, begin as never)
    const stop = listen(ended, end)
    return () => {
      start.unbindStore(storage as never)
      stop()
    }
  }

  const propagator = new W3CTraceContextPropagator()
  const stops = [
    watch(
      httpRequests,
      ({ method, path, headers }) => {
        if (path === '/health' || path === '/ready') return undefined
        const route = path === '/graphql' ? path : undefined
        return {
          name: route ? `${method} ${route}` : method,
          kind: SpanKind.SERVER,
          attributes: { 'http.request.method': method, ...(route && { 'http.route': route }) },
          parent: propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter),
        }
      },
      (span, { statusCode }) => {
        span.setAttribute('http.response.status_code', statusCode())
        if (statusCode() >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      },
    ),
    watch(
      executions,
      ({ type, name }) => ({
        name: type,
        attributes: { 'graphql.operation.type': type, ...(name && { 'graphql.operation.name': name }) },
      }),
      (span, { result }) => {
        const codes = errorCodesOf(result)
        if (codes.length === 0) return
        span.setAttribute('guildhall.error_codes', codes)
        if (codes.includes('INTERNAL_SERVER_ERROR')) span.setStatus({ code: SpanStatusCode.ERROR })
      },
    ),
    // What no request and no job asked for, such as looking for new events, would be many traces of nothing.
    watch(transactions, (_, within) => within && { name: 'transaction', attributes: postgresql }),
    watch(statements, ({ text }, within) => {
      if (!within) return undefined
      const operation = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'statement'
      return {
        name: operation,
        kind: SpanKind.CLIENT,
        attributes: {
          ...postgresql,
          'db.operation.name': operation,
          'db.query.text': text.slice(0, MAX_STATEMENT),
        },
      }
    }),
    watch(jobRuns, ({ task, attempt }) => ({
      name: `job ${task}`,
      kind: SpanKind.CONSUMER,
      attributes: { 'guildhall.job.task': task, 'guildhall.job.attempt': attempt },
    })),
    watch(mailSendings, ({ kind }) => ({
      name: 'send mail',
      kind: SpanKind.CLIENT,
      attributes: { 'guildhall.mail.kind': kind },
    })),
    watch(
      webhookPosts,
      ({ host, messageId }) => ({
        name: 'POST webhook',
        kind: SpanKind.CLIENT,
        attributes: {
          'http.request.method': 'POST',
          'server.address': host,
          'guildhall.message.id': messageId,
        },
      }),
      (span, { result }) => {
        const { status, error } = (result ?? {}) as { status?: number | null; error?: string | null }
        if (status != null) span.setAttribute('http.response.status_code', status)
        if (error != null) span.setStatus({ code: SpanStatusCode.ERROR, message: error })
      },
    ),
  ]
  return {
    async close() {
      for (const stop of stops) stop()
      const late = new AbortController()
      await Promise.race([
        provider.shutdown().catch((error: unknown) => logUnsent('export', { err: error })),
        delay(LAST_SENDING_MS, undefined, { signal: late.signal, ref: false }).catch(() => {}),
      ])
      late.abort()
    },
  }
}

const postgresql = { 'db.system.name': 'postgresql' }

async function resourceOf({ serviceName }: TraceSettings, version: string): Promise<Resource> {
  const found = detectResources({ detectors: [envDetector, serviceInstanceIdDetector] })
  await found.waitForAsyncAttributes?.()
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'guildhall', 'service.version': version }))
    .merge(found)
    .merge(resourceFromAttributes(serviceName === undefined ? {} : { 'service.name': serviceName }))
}

function exporterOf({ exporter, url, protocol }: TraceSettings): SpanExporter {
  if (exporter === 'console') return new ConsoleSpanExporter()
  if (protocol === 'grpc')
    throw new StartError(
      'traces can’t be sent by gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf. Collectors take it on port 4318.',
    )
  const config = url === undefined ? {} : { url }
  return protocol === 'http/json' ? new JsonExporter(config) : new ProtobufExporter(config)
}

function fail(span: Span, error: unknown): void {
  const name = error instanceof Error ? error.name : 'Error'
  span.setAttribute('error.type', name)
  span.setStatus({ code: SpanStatusCode.ERROR, message: name })
}

/** Of an answer. A stream has none. */
function errorCodesOf(result: unknown): string[] {
  const { errors } = (result ?? {}) as { errors?: readonly { extensions?: { code?: unknown } }[] }
  return (errors ?? []).map(({ extensions }) => String(extensions?.code ?? 'INTERNAL_SERVER_ERROR'))
}
