import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { startEmbeddedPostgres } from '../../packages/embedded-postgres/src/embedded.js'
import { cleanUpAfterCrash } from '../support/cleanUpAfterCrash.js'
import { freePort } from '../support/freePort.js'
import { silent } from '../support/jobs.js'
import type { LogLine } from '../support/logLines.js'
import { INSTANCE_TOKEN, JWT_SECRET } from '../support/testServer.js'

const START_WITHIN_MS = 60_000

/** A server in its own process. It keeps its port when it is killed and restarted. */
export interface Server {
  url: string
  /** Its log so far. A line that is not JSON counts as `fatal`. */
  log: LogLine[]
  /** Kills it with SIGKILL and starts it again at once. Resolves once it is ready. */
  killAndRestart(): Promise<void>
  /** Stops it with SIGTERM and starts it again. Resolves once it is ready. */
  restart(): Promise<void>
}

/** Several servers on a durable PostgreSQL of their own, for tests that break them. */
export interface ServerProcesses {
  servers: Server[]
  /** Queries PostgreSQL directly. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /**
   * Kills a PostgreSQL process with SIGKILL. PostgreSQL then drops every connection and recovers
   * from its log.
   */
  crashDatabase(): Promise<void>
  /** Cuts the connections on which servers listen for hints. */
  cutListeners(): Promise<void>
  close(): Promise<void>
}

/** @param env settings in addition to those of all tests */
export async function startServerProcesses(
  serverCount: number,
  env: Record<string, string> = {},
): Promise<ServerProcesses> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-faults-'))
  const cleared = cleanUpAfterCrash(dataDir)
  const database = await startEmbeddedPostgres({ dataDir, log: silent })
  const servers: Array<Server & { stop(): Promise<void> }> = []
  // One after the other, because the first creates the tables.
  for (let i = 0; i < serverCount; i++)
    servers.push(await openServer({ DATABASE_URL: database.connectionString, ...env }))

  const query = <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
    queryPatiently<Row>(database.connectionString, text, values)

  return {
    servers,
    query,
    async crashDatabase() {
      // After a backend dies from a signal PostgreSQL restarts all, because shared memory may be
      // corrupt.
      const [backend] = await query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name = 'guildhall' limit 1`,
      )
      if (backend) process.kill(backend.pid, 'SIGKILL')
    },
    async cutListeners() {
      await query(`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'guildhall hints: listen'
      `)
    },
    async close() {
      await Promise.all(servers.map((server) => server.stop()))
      await database.stop()
      cleared()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Runs one statement, again and again while the database can't be reached. */
export async function queryPatiently<Row extends pg.QueryResultRow>(
  connectionString: string,
  text: string,
  values?: unknown[],
): Promise<Row[]> {
  for (let tries = 1; ; tries++) {
    const client = new pg.Client({ connectionString })
    client.on('error', () => {})
    try {
      await client.connect()
      return (await client.query<Row>(text, values)).rows
    } catch (error) {
      if (tries === 100) throw error
      await delay(100)
    } finally {
      await client.end().catch(() => {})
    }
  }
}

/** @param env settings in addition to those of all these servers */
export async function openServer(env: Record<string, string>): Promise<Server & { stop(): Promise<void> }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const log: LogLine[] = []
  let child: ChildProcess
  let isEnding = false
  const start = async () => {
    isEnding = false
    child = spawn(process.execPath, [inject('serverMain')], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: String(port),
        INSTANCE_TOKEN,
        INVITES_PER_ORG_PER_DAY: '1000000',
        ORGS_PER_USER_PER_DAY: '1000000',
        RATE_LIMIT_PER_ADDRESS: '0',
        FREE_PENDING_INVITES: '1000000',
        LOG_LEVEL: 'fatal',
        SMTP_URL: 'smtp://127.0.0.1:1',
        ...(env.AUTH_JWKS_URL === undefined && { AUTH_JWT_SECRET: JWT_SECRET }),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) =>
      log.push(parsed(line)),
    )
    const endedByItself = new Promise<never>((_, reject) => {
      child.once('exit', (...how) => {
        if (isEnding) return
        console.error(`a server ended by itself: ${how}`, log.slice(-5))
        reject(new Error(`the server at ${url} ended by itself: ${how}`))
      })
    })
    // Once it was ready, nobody waits for this any more.
    endedByItself.catch(() => {})
    await Promise.race([ready(url), endedByItself])
  }
  const end = async (signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL') => {
    isEnding = true
    if (child.exitCode !== null) return [child.exitCode]
    const exited = once(child, 'exit')
    child.kill(signal)
    return await exited
  }
  await start()
  return {
    url,
    log,
    async killAndRestart() {
      await end('SIGKILL')
      await start()
    },
    async restart() {
      const [code] = await end('SIGTERM')
      if (code !== 0) throw new Error(`a server that was stopped exited with ${code}`)
      await start()
    },
    stop: async () => void (await end()),
  }
}

function parsed(line: string): LogLine {
  try {
    return JSON.parse(line)
  } catch {
    return { level: 'fatal', msg: line }
  }
}

export async function ready(url: string, withinMs = START_WITHIN_MS): Promise<void> {
  const until = Date.now() + withinMs
  while (Date.now() < until) {
    const answer = await fetch(`${url}/ready`).catch(() => null)
    if (answer?.ok) return
    await delay(50)
  }
  throw new Error(`the server at ${url} is not ready after ${withinMs} ms`)
}
