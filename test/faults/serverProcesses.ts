import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { startEmbeddedPostgres } from '../../packages/embedded-postgres/src/embedded.js'
import { cleanUpAfterCrash } from '../support/cleanUpAfterCrash.js'
import { silent } from '../support/jobs.js'
import { INSTANCE_TOKEN, JWT_SECRET } from '../support/testServer.js'

const START_WITHIN_MS = 60_000

/** A server in its own process. It keeps its port when it is killed and restarted. */
export interface Server {
  url: string
  /** Kills it with SIGKILL and starts it again at once. Resolves once it is ready. */
  killAndRestart(): Promise<void>
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

export async function startServerProcesses(serverCount: number): Promise<ServerProcesses> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-faults-'))
  const cleared = cleanUpAfterCrash(dataDir)
  const database = await startEmbeddedPostgres({ dataDir, log: silent })
  const servers: Array<Server & { stop(): Promise<void> }> = []
  // One after the other, because the first creates the tables.
  for (let i = 0; i < serverCount; i++) servers.push(await openServer(database.connectionString))

  async function query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]> {
    for (let tries = 1; ; tries++) {
      const client = new pg.Client({ connectionString: database.connectionString })
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

async function openServer(databaseUrl: string) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess
  const start = async () => {
    child = spawn(process.execPath, [inject('serverMain')], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: String(port),
        DATABASE_URL: databaseUrl,
        AUTH_JWT_SECRET: JWT_SECRET,
        INSTANCE_TOKEN,
        INVITES_PER_ORG_PER_DAY: '1000000',
        ORGS_PER_USER_PER_DAY: '1000000',
        RATE_LIMIT_PER_ADDRESS: '0',
        FREE_PENDING_INVITES: '1000000',
        LOG_LEVEL: 'fatal',
        SMTP_URL: 'smtp://127.0.0.1:1',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await ready(url)
  }
  const end = async () => {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  await start()
  return {
    url,
    async killAndRestart() {
      await end()
      await start()
    },
    stop: end,
  }
}

export async function ready(url: string): Promise<void> {
  const until = Date.now() + START_WITHIN_MS
  while (Date.now() < until) {
    const answer = await fetch(`${url}/ready`).catch(() => null)
    if (answer?.ok) return
    await delay(50)
  }
  throw new Error(`the server at ${url} is not ready after ${START_WITHIN_MS} ms`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
