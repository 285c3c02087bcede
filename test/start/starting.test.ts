import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { clusterDir } from '../../packages/embedded-postgres/src/cluster.js'
import { clusterName } from '../../packages/embedded-postgres/src/postmaster.js'
import { createDatabase } from '../support/database.js'
import { freePort } from '../support/freePort.js'

interface Main {
  process: ChildProcess
  /** All output so far. */
  printed: string
  ended: Promise<unknown[]>
}

/** Starts the server as `npm start` does. */
function start(env: Record<string, string>): Main {
  const child = spawn(process.execPath, [inject('serverMain')], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const main: Main = { process: child, printed: '', ended: once(child, 'close') }
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      main.printed += chunk
    })
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await main.ended
  })
  return main
}

async function newDirectory(): Promise<string> {
  const directory = realpathSync(await mkdtemp(join(tmpdir(), 'guildhall-starting-')))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Returns the URL of an empty database for a role that may create tables but no schema. */
async function withoutSchemas(): Promise<string> {
  const database = await createDatabase({ empty: true })
  const role = `role_${randomBytes(6).toString('hex')}`
  const run = async (url: string, statement: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await run(database.url, `create role ${role} login password 'pw'; grant create on schema public to ${role}`)
  onTestFinished(async () => {
    await database.drop()
    await run(inject('postgres').url, `drop role ${role}`)
  })
  const url = new URL(database.url)
  url.username = role
  url.password = 'pw'
  return url.href
}

/**
 * Command lines of the PostgreSQL processes of a data directory, including those that are ending.
 */
const postgresOf = (dataDir: string) =>
  execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(clusterName(dataDir)))

describe('a start that fails after the database is open', () => {
  it.each(['1', '2'])(
    'exits with 1 and prints the reason (WORKERS=%s)',
    async (workers) => {
      const env = { DATABASE_URL: await withoutSchemas(), DATA_DIR: await newDirectory(), WORKERS: workers }
      const main = start(env)
      expect(await Promise.race([main.ended, delay(30_000, 'still there')])).toEqual([1, null])
      expect(main.printed).toMatch(/could not start[\s\S]*permission denied/)
    },
    120_000,
  )
})

it('a server goes on when nobody reads its output any more', async () => {
  const port = await freePort()
  const { url, drop } = await createDatabase()
  onTestFinished(drop)
  const main = start({ DATABASE_URL: url, DATA_DIR: await newDirectory(), PORT: String(port) })
  main.process.stdout?.destroy()
  main.process.stderr?.destroy()
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/ready`).catch(() => null))?.status
  await vi.waitFor(async () => expect(await isReady()).toBe(200), { timeout: 60_000, interval: 100 })
  // It prints where it listens after that.
  await delay(2_000)
  expect(await isReady()).toBe(200)
  main.process.kill('SIGTERM')
  expect(await Promise.race([main.ended, delay(30_000, 'still there')])).toEqual([0, null])
}, 120_000)

it('the embedded PostgreSQL allows enough connections for all workers', async () => {
  const dataDir = await newDirectory()
  start({ DATA_DIR: dataDir, WORKERS: '3', DATABASE_POOL_SIZE: '50' })
  const [, connections] = await vi.waitFor(
    () => {
      const found = /-c max_connections=(\d+)/.exec(postgresOf(dataDir).join('\n'))
      if (!found) throw new Error('there is no PostgreSQL yet')
      return found
    },
    { timeout: 60_000, interval: 50 },
  )
  expect(Number(connections)).toBeGreaterThan(3 * (50 + 4))
}, 120_000)

describe('a signal during the start', () => {
  const made = (dataDir: string) => existsSync(join(dataDir, 'lock')) || existsSync(clusterDir(dataDir))
  const runs = (dataDir: string) => existsSync(join(clusterDir(dataDir), 'postmaster.pid'))

  it.each<[string, string, (dataDir: string) => boolean, number]>([
    ['the cluster is created', '1', made, 0],
    ['PostgreSQL starts', '1', runs, 0],
    ['the database is migrated', '1', runs, 300],
    ['the server opens', '1', runs, 700],
    ['PostgreSQL starts', '2', runs, 0],
    ['the server opens', '2', runs, 700],
  ])(
    'stops the embedded PostgreSQL too, even while %s (WORKERS=%s)',
    async (_, workers, come, after) => {
      const dataDir = await newDirectory()
      const main = start({ DATA_DIR: dataDir, WORKERS: workers })
      await vi.waitFor(() => expect(come(dataDir)).toBe(true), { timeout: 60_000, interval: 5 })
      await delay(after)
      main.process.kill('SIGTERM')
      expect(await Promise.race([main.ended, delay(30_000, 'still there')])).toEqual([0, null])
      expect(postgresOf(dataDir)).toEqual([])
      expect(main.printed).not.toContain('FATAL')
    },
    120_000,
  )
})

describe('a production start that uses an identity provider’s keys', () => {
  const provider = {
    NODE_ENV: 'production',
    APP_URL: 'https://guild.example',
    AUTH_JWKS_URL: 'https://idp.example/keys',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  }
  it('warns if AUTH_AUDIENCE is not set, because tokens for other applications are then accepted', async () => {
    const main = start(provider)
    await main.ended
    expect(main.printed).toMatch(/"level":"warn".*AUTH_AUDIENCE/)
  })

  it('prints no warning if AUTH_AUDIENCE is set', async () => {
    const main = start({ ...provider, AUTH_AUDIENCE: 'guildhall' })
    await main.ended
    expect(main.printed).not.toContain('AUTH_AUDIENCE')
  })
})
