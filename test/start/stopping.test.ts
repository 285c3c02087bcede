import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { ready } from '../faults/serverProcesses.js'
import { createDatabase, type TestDatabase } from '../support/database.js'
import { freePort } from '../support/freePort.js'
import { ask, JWT_SECRET } from '../support/testServer.js'

const DELAY_MS = 4_000
const WAIT = { timeout: 60_000, interval: 100 }

/** The ids of the processes that this one has started. */
const childrenOf = (parent = 0): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid = 0]) => pid)

interface Main {
  process: ChildProcess
  url: string
  ended: Promise<unknown[]>
}

describe.each(['1', '2'])('with SHUTDOWN_DELAY_S, a server with WORKERS=%s', (workers) => {
  let database: TestDatabase
  let dataDir: string
  beforeAll(async () => {
    database = await createDatabase()
    dataDir = await mkdtemp(join(tmpdir(), 'guildhall-stopping-'))
  })
  afterAll(async () => {
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  })

  async function start(delayMs = DELAY_MS): Promise<Main> {
    const port = await freePort()
    const child = spawn(process.execPath, [inject('serverMain')], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: String(port),
        WORKERS: workers,
        DATABASE_URL: database.url,
        DATABASE_POOL_SIZE: '4',
        DATA_DIR: dataDir,
        AUTH_JWT_SECRET: JWT_SECRET,
        SHUTDOWN_DELAY_S: String(delayMs / 1_000),
        LOG_LEVEL: 'fatal',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await ended
    })
    let printed = ''
    child.stdout.on('data', (chunk) => {
      printed += chunk
    })
    // The supervising process prints it once all workers listen.
    await vi.waitFor(() => expect(printed).toContain('/graphql'), { timeout: 60_000, interval: 50 })
    const url = `http://127.0.0.1:${port}`
    await ready(url)
    return { process: child, url, ended }
  }

  /** Status and `Connection` of an answer on a new connection, so that the workers take turns. */
  const readiness = async ({ url }: Main) => {
    // A connection that was handed to a worker at the moment when it died is never answered.
    const signal = AbortSignal.timeout(5_000)
    const response = await fetch(`${url}/ready`, { headers: { connection: 'close' }, signal })
    await response.text()
    return response.status
  }

  it('answers 503 at /ready after SIGTERM, and goes on answering requests until the delay is over', async () => {
    const main = await start()
    const from = performance.now()
    main.process.kill('SIGTERM')
    await vi.waitFor(async () => {
      for (let n = 0; n < 6; n++) expect(await readiness(main)).toBe(503)
    })
    while (performance.now() - from < DELAY_MS - 1_000) {
      expect((await ask(main.url, undefined, '{ __typename }')).data).toEqual({ __typename: 'Query' })
      expect(await readiness(main)).toBe(503)
      await delay(50)
    }
    const response = await fetch(`${main.url}/graphql?query={__typename}`)
    expect(response.headers.get('connection')).toBe('close')
    expect(await main.ended).toEqual([0, null])
    expect(performance.now() - from).toBeGreaterThan(DELAY_MS)
    expect(performance.now() - from).toBeLessThan(DELAY_MS + 8_000)
  }, 120_000)

  it('stops at once after a second SIGTERM', async () => {
    const main = await start()
    const from = performance.now()
    main.process.kill('SIGTERM')
    await vi.waitFor(async () => expect(await readiness(main)).toBe(503))
    main.process.kill('SIGTERM')
    expect(await main.ended).toEqual([0, null])
    expect(performance.now() - from).toBeLessThan(DELAY_MS)
  }, 120_000)

  it.runIf(workers === '2')(
    'workers that are replaced meanwhile answer 503 too',
    async () => {
      const main = await start(60_000)
      main.process.kill('SIGTERM')
      await vi.waitFor(async () => expect(await readiness(main)).toBe(503))
      for (const pid of childrenOf(main.process.pid)) process.kill(pid, 'SIGKILL')
      // Until a new one listens there is no answer.
      await vi.waitFor(async () => expect(await readiness(main)).toBe(503), WAIT)
      for (let n = 0; n < 10; n++) expect(await readiness(main)).toBe(503)
    },
    120_000,
  )

  it('stops at once after SIGINT', async () => {
    const main = await start()
    const from = performance.now()
    main.process.kill('SIGINT')
    expect(await main.ended).toEqual([0, null])
    expect(performance.now() - from).toBeLessThan(DELAY_MS)
  }, 120_000)
})
