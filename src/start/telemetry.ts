import cluster from 'node:cluster'
import type { Plugin } from 'graphql-yoga'
import type { HttpLoad } from '../http/server.js'
import { type CloseStack, closeStack } from '../lib/closeStack.js'
import type { Log } from '../lib/log.js'
import type { OperationObserver } from '../lib/observedOperation.js'
import { versionOfGuildhall } from '../lib/packageRoot.js'
import type { Settings } from '../settings/settings.js'
import type { OpenApp } from './app.js'

export interface Traces {
  /** For the GraphQL engine. */
  readonly plugins: readonly Plugin[]
  close(): Promise<void>
}

/** Traces, if the settings ask for them. Otherwise it loads nothing. Call it before the database is opened. */
export async function startTraces({ traces }: Pick<Settings, 'traces'>, log: Log): Promise<Traces> {
  if (!traces) return { plugins: [], close: async () => {} }
  const [{ openTraces }, { watchExecutions }] = await Promise.all([
    import('../telemetry/traces.js'),
    import('../telemetry/watchExecutions.js'),
  ])
  const { close } = await openTraces(traces, { version: versionOfGuildhall(), log })
  return { plugins: [watchExecutions()], close }
}

export interface Metrics {
  /** What wants to know of each operation. */
  readonly observers: readonly OperationObserver[]
  /** Call it when the server listens. Returns the URL of the metrics, if this process serves them. */
  listen(): Promise<string | undefined>
  close(): Promise<void>
}

/** Metrics, if the settings ask for them. Otherwise it loads nothing, and nothing is measured. */
export async function startMetrics(
  { metrics: { port, host } }: Pick<Settings, 'metrics'>,
  log: Log,
  app: Pick<OpenApp, 'app' | 'ready' | 'load' | 'queuedJobs'>,
  http: () => HttpLoad,
): Promise<Metrics> {
  if (port === undefined) return { observers: [], listen: async () => undefined, close: async () => {} }
  const opened = closeStack()
  const { openMetrics } = await import('../telemetry/metrics.js')
  const { registry, observer, stop } = openMetrics({
    version: versionOfGuildhall(),
    now: app.app.clock.now,
    ready: app.ready,
    app: app.load,
    queuedJobs: app.queuedJobs,
    http,
  })
  opened.add(stop)
  return {
    observers: [observer],
    listen: () => listen(registry, { port, host }, log, opened),
    close: () => opened.close(),
  }
}

type Registry = Parameters<typeof import('../telemetry/workers.js').answerSupervisor>[0]

async function listen(
  registry: Registry,
  at: { port: number; host: string },
  log: Log,
  opened: CloseStack,
): Promise<string | undefined> {
  // The supervising process serves the page of all workers.
  if (cluster.isWorker) {
    const { answerSupervisor } = await import('../telemetry/workers.js')
    opened.add(answerSupervisor(registry))
    return undefined
  }
  const { serveMetrics } = await import('../telemetry/metricsPage.js')
  const { contentType } = registry
  const page = await serveMetrics({ ...at, contentType, read: () => registry.metrics(), log })
  opened.add(() => page.close())
  return page.url
}
