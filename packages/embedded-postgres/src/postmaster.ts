import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterDir, pathFromWithin, type Site } from './cluster.js'
import { directoryId } from './directoryLock.js'
import { EmbeddedPostgresError } from './errors.js'
import { run, start } from './program.js'

/** Where PostgreSQL's own words go; a pino logger will do. */
export interface PostgresLog {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
}

/** A running PostgreSQL. */
export interface Postmaster {
  port: number
  /** When it ended, asked or not: how, in words. */
  ended: Promise<string>
  /** Fast shutdown: breaks off what runs, writes everything down. Any number of times. */
  stop(): Promise<void>
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '128MB',
  // Small and steady: little to replay after a crash, little disk.
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  wal_recycle: 'on',
  // Short queries on few cores gain nothing from workers or compilation, and /dev/shm is tiny in containers.
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  // A refused statement is its sender's to log, and its details hold people's addresses.
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_line_prefix: '',
  log_checkpoints: 'off',
} as const

const CARELESS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
} as const

/** Each may cost a little memory, so not as many as might ever be. Many tests share a throw-away one. */
const CONNECTIONS = 100
const CARELESS_CONNECTIONS = 300

/** By this setting a postmaster of this data directory is known among the system's processes. */
export function clusterName(dataDir: string): string {
  return `guildhall-${directoryId(dataDir)}`
}

/**
 * Starts PostgreSQL on a free loopback port. Back when it takes connections, after recovery if it needs any.
 *
 * @throws EmbeddedPostgresError with its last words where it ends instead.
 */
export async function startPostmaster(site: Site, log: PostgresLog): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await launch(site, await freePort(), log)
    if (typeof outcome !== 'string') return outcome
    // Another process took the port meanwhile, or killed predecessor's backends are still on their way out.
    const passing = /Address already in use|pre-existing shared memory block/.test(outcome)
    if (!passing || attempt === 40)
      throw new EmbeddedPostgresError(`PostgreSQL did not start on ${clusterDir(site.dataDir)}:\n${outcome}`)
    await sleep(250)
  }
}

async function launch(site: Site, port: number, log: PostgresLog): Promise<Postmaster | string> {
  const { account, binaries, dataDir, durable, connections } = site
  const cwd = clusterDir(dataDir)
  const settings = {
    ...SETTINGS,
    ...(durable ? {} : CARELESS),
    max_connections: Math.max(connections, durable ? CONNECTIONS : CARELESS_CONNECTIONS),
    port,
    cluster_name: clusterName(dataDir),
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = start(
    binaries.program('postgres'),
    ['-D', pathFromWithin(cwd, account), ...args],
    // A process group of its own: a Ctrl-C is ours to take, and we drain before we stop it.
    { cwd, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    account,
  )

  const lastWords: string[] = []
  const ended = once(child, 'close').then(
    ([code, signal]) => [`PostgreSQL ended (${signal ?? `code ${code}`})`, ...lastWords].join('\n'),
    (error: unknown) => `PostgreSQL can't be run: ${String(error)}`,
  )
  // When this process leaves in haste, it doesn't leave its database behind.
  const leave = () => child.kill('SIGINT')
  process.once('exit', leave)
  void ended.then(() => process.off('exit', leave))

  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= shutDown(child, site, ended)
    return stopping
  }

  return new Promise((resolve) => {
    void ended.then(resolve)
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      if (lastWords.push(line) > 20) lastWords.shift()
      const grave = !stopping && /^(PANIC|FATAL|WARNING)|was terminated by/.test(line)
      log[grave ? 'warn' : 'debug'](`postgres: ${line}`)
      if (line.includes('database system is ready to accept connections')) resolve({ port, ended, stop })
    })
  })
}

async function shutDown(child: ChildProcess, site: Site, ended: Promise<unknown>): Promise<void> {
  if (process.platform === 'win32') {
    // Windows knows no signals; a kill would be a crash.
    await run(site.binaries.program('pg_ctl'), ['stop', '-m', 'fast', '-D', clusterDir(site.dataDir)])
  } else {
    child.kill('SIGINT')
  }
  // Immediate after 10 s: the next start recovers from the log.
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
