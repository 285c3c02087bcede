import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterDir, pathFromWithin, type Site } from './cluster.js'
import { directoryId } from './directoryLock.js'
import { EmbeddedPostgresError } from './errors.js'
import { run, start } from './program.js'

/** Receives PostgreSQL's log. A pino logger fits. */
export interface PostgresLog {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
}

/** A running PostgreSQL. */
export interface Postmaster {
  port: number
  /** Resolves when PostgreSQL ends for any reason, with a description of how it ended. */
  ended: Promise<string>
  /** Fast shutdown: aborts running statements and writes all data to disk. May be called several times. */
  stop(): Promise<void>
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '128MB',
  // Small, for a fast recovery after a crash and little disk space.
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  wal_recycle: 'on',
  // Short queries don't gain from parallel workers or JIT, and /dev/shm is small in containers.
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  // The server logs failed statements itself. PostgreSQL's details would contain people's addresses.
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_line_prefix: '',
  log_checkpoints: 'off',
} as const

const NOT_DURABLE = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
} as const

/** Each possible connection costs a little memory. A temporary cluster gets more, because many tests share it. */
const CONNECTIONS = 100
const NOT_DURABLE_CONNECTIONS = 300

/** The setting `cluster_name`. It identifies the postmaster of this data directory in the process list. */
export function clusterName(dataDir: string): string {
  return `guildhall-${directoryId(dataDir)}`
}

/**
 * Starts PostgreSQL on a free loopback port. Resolves when it accepts connections. If it needs a recovery, that comes
 * first.
 *
 * @throws EmbeddedPostgresError with the last lines of its log if it ends instead.
 */
export async function startPostmaster(site: Site, log: PostgresLog): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await launch(site, await freePort(), log)
    if (typeof outcome !== 'string') return outcome
    // Another process took the port, or backends of a killed postmaster are still ending.
    const isTemporary = /Address already in use|pre-existing shared memory block/.test(outcome)
    if (!isTemporary || attempt === 40)
      throw new EmbeddedPostgresError(`PostgreSQL did not start on ${clusterDir(site.dataDir)}:\n${outcome}`)
    await sleep(250)
  }
}

async function launch(site: Site, port: number, log: PostgresLog): Promise<Postmaster | string> {
  const { account, binaries, dataDir, durable, connections } = site
  const cwd = clusterDir(dataDir)
  const settings = {
    ...SETTINGS,
    ...(durable ? {} : NOT_DURABLE),
    max_connections: Math.max(connections, durable ? CONNECTIONS : NOT_DURABLE_CONNECTIONS),
    port,
    cluster_name: clusterName(dataDir),
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = start(
    binaries.program('postgres'),
    ['-D', pathFromWithin(cwd, account), ...args],
    // In its own process group, so that Ctrl-C does not reach it: the server first finishes its requests, then stops
    // it.
    { cwd, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    account,
  )

  const lastLines: string[] = []
  const ended = once(child, 'close').then(
    ([code, signal]) => [`PostgreSQL ended (${signal ?? `code ${code}`})`, ...lastLines].join('\n'),
    (error: unknown) => `PostgreSQL can't be run: ${String(error)}`,
  )
  // If this process exits early, stop the database too.
  const stopAtExit = () => child.kill('SIGINT')
  process.once('exit', stopAtExit)
  void ended.then(() => process.off('exit', stopAtExit))

  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= shutDown(child, site, ended)
    return stopping
  }

  return new Promise((resolve) => {
    void ended.then(resolve)
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      if (lastLines.push(line) > 20) lastLines.shift()
      const isSerious = !stopping && /^(PANIC|FATAL|WARNING)|was terminated by/.test(line)
      log[isSerious ? 'warn' : 'debug'](`postgres: ${line}`)
      if (line.includes('database system is ready to accept connections')) resolve({ port, ended, stop })
    })
  })
}

async function shutDown(child: ChildProcess, site: Site, ended: Promise<unknown>): Promise<void> {
  if (process.platform === 'win32') {
    // Windows has no signals, and killing PostgreSQL would be like a crash.
    await run(site.binaries.program('pg_ctl'), ['stop', '-m', 'fast', '-D', clusterDir(site.dataDir)])
  } else {
    child.kill('SIGINT')
  }
  // After 10 s an immediate shutdown: the next start recovers from the WAL.
  const late = setTimeout(() => child.kill('SIGQUIT'), 10_000)
  await ended
  clearTimeout(late)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no TCP address')
  return address.port
}
