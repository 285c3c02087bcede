import cluster from 'node:cluster'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EmbeddedPostgresError, startEmbeddedPostgres } from '@guildhall/embedded-postgres'
import type { Log } from '../lib/log.js'
import { packageRoot } from '../lib/packageRoot.js'
import { StartError } from '../lib/startError.js'
import { tlsOf } from '../settings/databaseUrl.js'
import type { Settings } from '../settings/settings.js'

// The parts of a process other than its server: PostgreSQL, the sign-in secret, signals, and the announcement.

/** Connections of one worker outside its pool: two for the jobs, two for hints, one that watches the database. */
const CONNECTIONS_BESIDE_POOL = 5
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

/** The message by which the supervising process tells a worker to stop. */
export const STOP = 'stop'

/**
 * Calls `close` at the first SIGTERM or SIGINT and then ends the process. A second signal ends it at once. A worker
 * ignores signals and waits for the message STOP, because a terminal also sends its signals to the workers.
 * @returns a function that stops the process as a signal does
 */
export function stopOnSignals(log: Log, close: () => Promise<void>): () => void {
  const stop = async (signal: string) => {
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
    process.once('message', (message) => message === STOP && stopAfter(STOP))
    return () => stopAfter(STOP)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(1))
      stopAfter(signal)
    })
  }
  return () => stopAfter('quit')
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
function summaryOf({ database, mail, auth, workers }: Settings): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string
  }
  const { url, redisUrl } = database
  return {
    version,
    node: process.versions.node,
    database: url === undefined ? 'embedded' : 'DATABASE_URL',
    ...(url !== undefined && { databaseTls: tlsOf(url) }),
    hints: redisUrl !== undefined ? 'redis' : url !== undefined || workers > 1 ? 'postgresql' : 'none',
    mail: mail.smtpUrl === undefined ? 'off' : new URL(mail.smtpUrl).host,
    signIn: auth.keys.by === 'jwks' ? new URL(auth.keys.url).host : auth.keys.by,
  }
}
