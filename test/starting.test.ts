import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createDatabase } from './support/database.js'

interface Main {
  process: ChildProcess
  /** All that it has printed. */
  printed: string
  ended: Promise<unknown[]>
}

/** The server as `npm start` runs it, from the sources. */
function start(env: Record<string, string>): Main {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const main: Main = { process: child, printed: '', ended: once(child, 'close') }
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      main.printed += chunk
    })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await main.ended
  })
  return main
}

async function newDirectory(): Promise<string> {
  const directory = realpathSync(await mkdtemp(join(tmpdir(), 'guildhall-starting-')))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** An empty database, as a role sees it that may create tables in it but no schema. */
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

describe('a start that fails once the database is open', () => {
  it.each(['1', '2'])(
    'ends with 1 and says why (WORKERS=%s)',
    async (workers) => {
      const env = { DATABASE_URL: await withoutSchemas(), DATA_DIR: await newDirectory(), WORKERS: workers }
      const main = start(env)
      expect(await Promise.race([main.ended, delay(30_000, 'still there')])).toEqual([1, null])
      expect(main.printed).toMatch(/could not start[\s\S]*permission denied/)
    },
    60_000,
  )
})
