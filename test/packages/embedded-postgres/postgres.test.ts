import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../packages/embedded-postgres/src/embedded.js'
import { DataDirInUseError, EmbeddedPostgresError } from '../../../packages/embedded-postgres/src/errors.js'
import { log } from '../../support/log.js'

let dataDir: string
const running: EmbeddedPostgres[] = []
const children: ChildProcess[] = []

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'guildhall-postgres-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child)
  for (const postgres of running.splice(0)) await postgres.stop()
  // The next start stops a killed process's PostgreSQL, even if the test failed before.
  if (existsSync(join(dataDir, 'postgres', 'postmaster.pid')))
    await (await start().catch(() => undefined))?.stop()
  await rm(dataDir, { recursive: true })
})

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log })
  running.push(postgres)
  return postgres
}

function startChild(): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/postgresChild.ts', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return child
}

async function connectionStringOf(child: ChildProcess): Promise<string> {
  const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data')
  return String(line).trim()
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function query(connectionString: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {}) // Its PostgreSQL may be killed. Then the query rejects too.
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

function postmasterPid(): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('the data directory keeps what was committed, and a start after a kill of the server takes less than 2 s', async () => {
  const child = startChild()
  const url = await connectionStringOf(child)
  await query(url, 'create table kept as select 1 as n')
  const orphan = postmasterPid()
  await kill(child)
  expect(isAlive(orphan)).toBe(true)

  const before = performance.now()
  const postgres = await start()
  expect(performance.now() - before).toBeLessThan(2000)
  expect(await query(postgres.connectionString, 'select * from kept')).toEqual([{ n: 1 }])
  expect(postmasterPid()).not.toBe(orphan)
})

test('the data directory keeps what was committed if PostgreSQL is killed together with its server', async () => {
  const child = startChild()
  const url = await connectionStringOf(child)
  await query(url, 'create table kept as select 1 as n')
  await kill(child)
  process.kill(postmasterPid(), 'SIGKILL')

  const postgres = await start()
  expect(await query(postgres.connectionString, 'select * from kept')).toEqual([{ n: 1 }])
})

test('a start waits until a killed server’s PostgreSQL has finished its work', async () => {
  const child = startChild()
  const url = await connectionStringOf(child)
  const until = new Date(Date.now() + 2000)
  const busy = query(
    url,
    `do $$ begin while clock_timestamp() < '${until.toISOString()}' loop end loop; end $$`,
  )
  busy.catch(() => {})
  await vi.waitFor(async () => {
    const [{ n } = {}] = await query(
      url,
      "select count(*)::int as n from pg_stat_activity where query like 'do $$%'",
    )
    expect(n).toBe(1)
  })
  process.kill(postmasterPid(), 'SIGKILL')
  await kill(child)

  await start()
  expect(Date.now()).toBeGreaterThanOrEqual(until.getTime())
})

test('the data directory has one server at a time, and another one is told its process id', async () => {
  const child = startChild()
  const url = await connectionStringOf(child)
  await expect(start()).rejects.toThrow(DataDirInUseError)
  await expect(start()).rejects.toThrow(
    `DATA_DIR ${dataDir} is in use by another server (process ${child.pid})`,
  )
  expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('the data directory has one server even if several start on a new directory at once', async () => {
  const outcomes = await Promise.allSettled([start(), start(), start(), start()])
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  expect(refusals).toHaveLength(3)
  for (const refusal of refusals) expect(refusal).toBeInstanceOf(DataDirInUseError)
})

// Containers have separate abstract sockets and process ids. They share only the volume.
test.runIf(process.platform === 'linux')(
  'the data directory’s lock works between containers that share a volume',
  async () => {
    const other = createServer((socket) => socket.end('4711')).listen(join(dataDir, 'lock.sock'))
    await once(other, 'listening')
    await expect(start()).rejects.toThrow('in use by another server (process 4711)')
    other.close()
  },
)

test('the data directory is free for the next server once the first has stopped', async () => {
  const first = await start()
  await query(first.connectionString, 'create table kept as select 1 as n')
  await first.stop()
  await first.stop()
  const second = await start()
  expect(await query(second.connectionString, 'select * from kept')).toEqual([{ n: 1 }])
})

test('the data directory is created again if a kill left half a cluster', async () => {
  const child = startChild()
  const unfinishedClusters = () => readdirSync(dataDir).filter((name) => name.startsWith('postgres.new-'))
  await vi.waitFor(() => expect(unfinishedClusters()).toHaveLength(1), { timeout: 10_000, interval: 1 })
  await kill(child)
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false)

  const postgres = await start()
  expect(await query(postgres.connectionString, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(unfinishedClusters()).toEqual([])
})

test('a start works even if another process has the dead postmaster’s process id by now', async () => {
  await (await start()).stop()
  await writeFile(
    join(dataDir, 'postgres', 'postmaster.pid'),
    `${process.pid}\n${dataDir}\n1\n5432\n\n*\n0 0\n`,
  )
  const postgres = await start()
  expect(await query(postgres.connectionString, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('a start creates a new password if the file with the old one is lost', async () => {
  const first = await start()
  await first.stop()
  await rm(join(dataDir, 'postgres.password'))
  const second = await start()
  expect(await query(second.connectionString, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(new URL(second.connectionString).password).not.toBe(new URL(first.connectionString).password)
})

test('PostgreSQL listens on loopback only and accepts only its password', async () => {
  const { connectionString } = await start()
  expect(await query(connectionString, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  expect(await query(connectionString, 'show unix_socket_directories')).toEqual([
    { unix_socket_directories: '' },
  ])
  const other = new URL(connectionString)
  other.password = 'guess'
  await expect(query(other.href, 'select 1')).rejects.toThrow('password authentication failed')
  expect(statSync(join(dataDir, 'postgres.password')).mode & 0o077).toBe(0)
})

test('PostgreSQL waits for the disk at each commit, unless the data may be lost', async () => {
  const settings =
    "select string_agg(setting, ',' order by name) as on from pg_settings where name in " +
    "('fsync', 'full_page_writes', 'synchronous_commit')"
  const durable = await start()
  expect(await query(durable.connectionString, settings)).toEqual([{ on: 'on,on,on' }])
  await durable.stop()
  const notDurable = await startEmbeddedPostgres({ dataDir, log, durable: false })
  running.push(notDurable)
  expect(await query(notDurable.connectionString, settings)).toEqual([{ on: 'off,off,off' }])
})

test('PostgreSQL sorts the same on every machine', async () => {
  const { connectionString } = await start()
  const sorted = await query(
    connectionString,
    `select string_agg(w, '' order by w) as w from unnest('{b,B,a,é,_}'::text[]) w`,
  )
  expect(sorted).toEqual([{ w: 'B_abé' }])
  expect(await query(connectionString, `select lower('ÄÉ') as w`)).toEqual([{ w: 'äé' }])
})

test('the server is told if PostgreSQL ends unexpectedly', async () => {
  const postgres = await start()
  process.kill(postmasterPid(), 'SIGKILL')
  expect(await postgres.ended).toContain('PostgreSQL ended (SIGKILL)')
})

test('a start leaves a cluster of another PostgreSQL version unchanged and says what to do', async () => {
  await (await start()).stop()
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n')
  const failure = await start().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(EmbeddedPostgresError)
  expect(String(failure)).toMatch(/belongs to PostgreSQL 17, and this is 18.*new DATA_DIR/s)
})

test('a start removes other users’ write permission from the directory, because PostgreSQL would refuse it', async () => {
  await (await start()).stop()
  chmodSync(join(dataDir, 'postgres'), 0o775)
  const { connectionString } = await start()
  expect(await query(connectionString, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700)
})

test.runIf(process.getuid?.() === 0)(
  'a start by a user without an entry in /etc/passwd says to set DATABASE_URL',
  async () => {
    chownSync(dataDir, 54_321, 0)
    const asUnknownUser = `process.setgid(0); process.setuid(54321)`
    const args = ['--import', 'tsx', '--import', `data:text/javascript,${encodeURIComponent(asUnknownUser)}`]
    const child = spawn(process.execPath, [...args, 'test/support/postgresChild.ts', dataDir], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said += chunk
    })
    await once(child, 'close')
    expect(said).toMatch(/as user 54321, whom \/etc\/passwd doesn't name. Set DATABASE_URL/)
  },
)

test('a start names the directory that it cannot create', async () => {
  await writeFile(join(dataDir, 'file'), '')
  await expect(startEmbeddedPostgres({ dataDir: join(dataDir, 'file', 'data'), log })).rejects.toThrow(
    /DATA_DIR .*file\/data .*set another DATA_DIR/,
  )
})

// mkdtemp creates a directory that is closed to everyone but root.
test.runIf(process.getuid?.() === 0)(
  'root starts PostgreSQL as another user, even in a directory closed to that user',
  async () => {
    expect(statSync(dataDir)).toMatchObject({ uid: 0 })
    expect(statSync(dataDir).mode & 0o077).toBe(0)
    await start()
    expect(statSync(`/proc/${postmasterPid()}`).uid).not.toBe(0)
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(statSync(`/proc/${postmasterPid()}`).uid)
  },
)
