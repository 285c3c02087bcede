import cluster, { type Worker } from 'node:cluster'
import { randomBytes } from 'node:crypto'
import { on, once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedPostgresError, startEmbeddedPostgres } from '@guildhall/embedded-postgres'
import { ownUrl } from '../http/ownUrl.js'
import type { Log } from '../lib/log.js'
import { versionOfGuildhall } from '../lib/packageRoot.js'
import { StartError } from '../lib/startError.js'
import { shownDatabase, tlsOf } from '../settings/databaseUrl.js'
import type { GivenSettings } from '../settings/given.js'
import type { Settings } from '../settings/settings.js'
import type { MetricsPage } from '../telemetry/metricsPage.js'

// A process without its server: PostgreSQL, the sign-in secret, signals, workers, and the announcement.

/** Connections of one worker outside its pool: two for the jobs, two for hints, one that watches the database. */
export const CONNECTIONS_BESIDE_POOL = 5
/** Connections for workers that start while others stop, and for an operator who opens the database. */
const SPARE_CONNECTIONS = 20

export interface Postgres {
  connectionString: string
  stop(): Promise<void>
}

/**
 * Returns the PostgreSQL of DATABASE_URL. If that is not set, it starts the embedded one. If the embedded one ends
 * unexpectedly, the process exits, and its supervisor decides whether to restart both.
 * @param isStopping whether the process is stopping anyway
 * @throws StartError
 */
export async function openPostgres(
  { database, workers }: Settings,
  log: Log,
  { dataDir = database.dataDir, isStopping }: { dataDir?: string; isStopping: () => boolean },
): Promise<Postgres> {
  if (database.url !== undefined) return { connectionString: database.url, stop: async () => {} }
  const connections = workers * (database.poolSize + CONNECTIONS_BESIDE_POOL) + SPARE_CONNECTIONS
  try {
    const embedded = await startEmbeddedPostgres({ dataDir, log, connections })
    void embedded.ended.then((how) => {
      if (isStopping()) return
      log.fatal({ how }, 'the embedded PostgreSQL ended')
      process.exit(1)
    })
    return embedded
  } catch (error) {
    throw error instanceof EmbeddedPostgresError ? new StartError(error.message) : error
  }
}

/**
 * The generated secret that signs sign-in tokens. It is created once and kept in the data directory, so that tokens
 * stay valid after a restart. Undefined if the settings contain a key.
 * @throws StartError
 */
export async function signInSecret({ auth }: Settings, dataDir: string): Promise<string | undefined> {
  if (auth.keys.by !== 'generated') return undefined
  const file = join(dataDir, 'jwt-secret')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch((error) => {
    if (['EACCES', 'EPERM', 'EROFS'].includes(error.code))
      throw new StartError(
        `The sign-in secret can’t be kept in DATA_DIR ${dataDir} (${error.code}): set AUTH_JWT_SECRET.`,
      )
    if (error.code !== 'EEXIST') throw error
  })
  return readFile(file, 'utf8')
}

/** The messages by which the supervising process tells a worker that it will stop, and to stop. */
const LEAVE = 'leave'
const STOP = 'stop'
/** The message by which a worker asks for its settings. */
const ASK = 'settings'

/**
 * The settings of a worker, as the supervising process read them when it started. So a worker that replaces another one
 * has the same, also if the files have changed. Settings from files never enter the environment.
 */
export async function settingsFromSupervisor(): Promise<GivenSettings> {
  // Node drops messages that come before somebody listens, so the worker asks.
  const messages = on(process, 'message')
  process.send?.(ASK)
  for await (const [message] of messages) {
    const { settings: values } = message as { settings?: GivenSettings['values'] }
    if (values !== undefined) return { values, origins: {}, problems: [], unknown: new Set() }
  }
  throw new Error('the supervising process sent no settings')
}

interface Stopping {
  /** How long the server goes on accepting requests after SIGTERM, ms. */
  delayMs: number
  /** Tells load balancers that the server will stop. Returns false if it does not listen yet. */
  leave(): boolean
  close(): Promise<void>
}

/**
 * Stops the process at the first SIGTERM or SIGINT: after SIGTERM it waits for `delayMs`, then it calls `close`. A
 * second signal ends the wait. A further one ends the process at once. A worker ignores signals and waits for the messages
 * of the supervising process, because a terminal also sends its signals to the workers.
 * @returns a function that stops the process as SIGINT does
 */
export function stopOnSignals(log: Log, { delayMs, leave, close }: Stopping): () => void {
  const hurry = new AbortController()
  let waits = false
  const stop = async (signal: string) => {
    if (signal === 'SIGTERM' && delayMs > 0 && leave()) {
      log.info({ signal, delayMs }, 'stopping soon: /ready answers 503')
      waits = true
      await delay(delayMs, undefined, { signal: hurry.signal }).catch(() => {})
      waits = false
    }
    log.info({ signal }, 'stopping')
    await close()
    process.exit(0)
  }
  const stopAfter = (signal: string) => {
    stop(signal).catch((error) => {
      log.fatal({ err: error }, 'could not stop cleanly')
      process.exit(1)
    })
  }
  if (cluster.isWorker) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {})
    process.on('message', (message) => {
      if (message === LEAVE) leave()
      if (message === STOP) stopAfter(STOP)
    })
    return () => stopAfter(STOP)
  }
  let isStopping = false
  const onSignal = (signal: string) => {
    if (waits) hurry.abort()
    else if (isStopping) process.exit(1)
    else stopAfter(signal)
    isStopping = true
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
  return () => stopAfter('quit')
}

/** The delay before a dead worker is replaced. It limits the cost if every new worker dies at once. */
const REPLACE_AFTER_MS = 1_000

/**
 * Runs as many workers as WORKERS says behind one port, and replaces each one that ends. A worker is a whole server
 * on the same database. Workers share only the port: they send hints to each other as separate servers do, and each
 * counts rates and sockets by itself.
 * @throws {StartError} also if a worker can't start; the worker has logged the reason
 */
export async function superviseWorkers(
  settings: Settings,
  given: GivenSettings['values'],
  log: Log,
): Promise<void> {
  let leaving = false
  let stopping = false
  const starting = openPostgres(settings, log, { isStopping: () => stopping })
  let values = given
  const serving = new Set<Worker>()

  const replaceWhenEnded = async (worker: Worker): Promise<void> => {
    const [code, signal] = await once(worker.process, 'exit')
    serving.delete(worker)
    if (stopping) return
    log.error({ code, signal }, 'a worker ended: starting another')
    while (!stopping) {
      await delay(REPLACE_AFTER_MS)
      try {
        if (!stopping) await start()
        return
      } catch (error) {
        log.error({ err: error }, 'a worker could not be replaced: trying again')
      }
    }
  }
  const start = async (): Promise<string> => {
    const worker = cluster.fork()
    worker.on('message', (message) => {
      if (message === ASK) worker.send({ settings: values }, () => {})
    })
    const url = await listening(worker)
    serving.add(worker)
    if (leaving) worker.send(LEAVE, () => {})
    void replaceWhenEnded(worker)
    return url
  }
  let metrics: MetricsPage | undefined
  const close = async () => {
    stopping = true
    await metrics?.close()
    const ends = Object.values(cluster.workers ?? {}).map(async (worker) => {
      if (!worker || worker.isDead()) return
      const ended = once(worker.process, 'exit')
      // A worker that is still starting does not listen for messages yet, and has no requests to finish.
      if (serving.has(worker)) worker.send(STOP)
      else worker.process.kill('SIGKILL')
      await ended
    })
    await Promise.all(ends)
    // PostgreSQL may still be starting, and can be stopped only after that. If the start fails, there is nothing to
    // stop.
    await (await starting.catch(() => null))?.stop()
  }

  // Registered before PostgreSQL starts, because a signal during the start must also stop PostgreSQL.
  stopOnSignals(log, {
    delayMs: settings.http.shutdownDelayMs,
    leave() {
      leaving = true
      for (const worker of serving) worker.send(LEAVE, () => {})
      return serving.size > 0
    },
    close,
  })
  try {
    const { connectionString } = await starting
    if (stopping) return
    if (settings.database.url === undefined) values = { ...given, DATABASE_URL: connectionString }
    let url = ''
    // Starts them one after another, because the first one migrates and seeds the database.
    for (let count = 0; count < settings.workers; count++) url = await start()
    metrics = await serveMetricsOf(serving, settings, log)
    await announceListening(url, settings, log, settings.database.dataDir)
  } catch (error) {
    // A signal during the start makes the start fail. That is not an error.
    if (stopping) return
    await close()
    throw error
  }
}

/** The page of the metrics of all workers together, if the settings ask for it. */
async function serveMetricsOf(
  workers: ReadonlySet<Worker>,
  { metrics: { port, host } }: Settings,
  log: Log,
): Promise<MetricsPage | undefined> {
  if (port === undefined) return undefined
  const [{ contentType, readWorkers }, { serveMetrics }] = await Promise.all([
    import('../telemetry/workers.js'),
    import('../telemetry/metricsPage.js'),
  ])
  return serveMetrics({ port, host, contentType, read: () => readWorkers(workers), log })
}

/**
 * Waits until a worker listens.
 * @returns its URL
 * @throws {StartError} if it ends before
 */
function listening(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.once('listening', ({ address, port }) => resolve(ownUrl(address, port)))
    worker.once('exit', (code) =>
      reject(new StartError(`a worker ended with code ${code} before it listened`)),
    )
  })
}

/** Announces that the server listens: with a log line in production, with a readable text otherwise. */
export async function announceListening(
  url: string,
  settings: Settings,
  log: Log,
  dataDir: string,
): Promise<void> {
  const { production, workers, http, mail } = settings
  if (production) {
    log.info({ url, ...(workers > 1 && { workers }), ...summaryOf(settings) }, 'listening')
    return
  }
  const { banner } = await import('../../demo/banner.js')
  const jwtSecret = await signInSecret(settings, dataDir)
  process.stdout.write(await banner(url, { host: http.host, jwtSecret, mailbox: mail.smtpUrl === undefined }))
}

/** What a server uses: versions, database, mail, sign-in. It contains no secrets. */
function summaryOf(settings: Settings): Record<string, string> {
  const { database, mail, auth, workers, metrics, traces, configFile } = settings
  const { url, redisUrl } = database
  return {
    version: versionOfGuildhall(),
    node: process.versions.node,
    ...(configFile !== undefined && { configFile }),
    database: url === undefined ? 'embedded' : shownDatabase(url),
    ...(url !== undefined && { databaseTls: tlsOf(url) }),
    hints: redisUrl !== undefined ? 'redis' : url !== undefined || workers > 1 ? 'postgresql' : 'none',
    mail: mail.smtpUrl === undefined ? 'off' : new URL(mail.smtpUrl).host,
    signIn: auth.keys.by === 'jwks' ? new URL(auth.keys.url).host : auth.keys.by,
    ...(auth.issuer !== undefined && { issuer: auth.issuer }),
    metrics: metrics.port === undefined ? 'off' : 'on',
    traces: traces?.exporter ?? 'off',
  }
}
