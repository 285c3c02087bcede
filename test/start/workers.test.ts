import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import WebSocket from 'ws'
import { createDatabase, type TestDatabase } from '../support/database.js'
import { freePort } from '../support/freePort.js'
import { ask } from '../support/testServer.js'
import { scrape } from '../telemetry/scrape.js'

const WAIT = { timeout: 60_000, interval: 100 }

interface Main {
  process: ChildProcess
  url: string
  /** Ada's `Authorization` header from the banner. */
  ada: string
  /** Process ids of the running workers, whether or not they listen yet. */
  workers(): number[]
  kill(): Promise<void>
}

/** Starts a server with two workers and waits until they listen. */
async function startMain(env: Record<string, string>, onStderr?: (text: string) => void): Promise<Main> {
  const main = spawn(process.execPath, [inject('serverMain')], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', WORKERS: '2', ...env },
    stdio: ['ignore', 'pipe', onStderr ? 'pipe' : 'inherit'],
  })
  main.stderr?.on('data', (chunk) => onStderr?.(String(chunk)))
  let printed = ''
  for await (const chunk of main.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    printed += chunk
    if (/^curl .*\n/m.test(printed)) break
  }
  main.stdout?.on('data', (chunk) => onStderr?.(String(chunk)))
  return {
    process: main,
    url: /GraphiQL +(\S+)\/graphql/.exec(printed)?.[1] ?? '',
    ada: `Bearer ${/^ {2}(eyJ\S+)$/m.exec(printed)?.[1]}`,
    workers: () =>
      execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, parent, ...args]) => parent === String(main.pid) && args.includes(inject('serverMain')))
        .map(([pid]) => Number(pid)),
    async kill() {
      if (main.exitCode !== null) return
      main.kill('SIGKILL')
      await once(main, 'exit')
    },
  }
}

describe('several workers behind one port', () => {
  let main: Main
  let dataDir: string
  let metricsUrl: string
  /** What a collector of traces got, by path and type. */
  const sent = new Map<string, number>()
  const collector = createHttpServer((req, res) => {
    const what = `${req.url} ${req.headers['content-type']}`
    req.on('data', (chunk) => sent.set(what, (sent.get(what) ?? 0) + chunk.length))
    req.on('end', () => res.end())
  })
  const workers = () => main.workers()

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'guildhall-workers-'))
    const port = await freePort()
    metricsUrl = `http://127.0.0.1:${port}/metrics`
    collector.listen(0, '127.0.0.1')
    await once(collector, 'listening')
    main = await startMain({
      DATA_DIR: dataDir,
      METRICS_PORT: String(port),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    })
  }, 150_000)

  afterAll(async () => {
    await main.kill()
    collector.closeAllConnections()
    collector.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  /** Asks on a new connection, so that the workers take turns. */
  const askAnew = (document: string) => ask(main.url, main.ada, document)
  const orgId = async () => (await askAnew('{ orgByName(name: "Acme") { id } }')).data.orgByName.id as string

  it('serve together, and each tells its subscribers what another has committed', async () => {
    expect(workers()).toHaveLength(2)
    const { id, eventCursor } = (await askAnew('{ orgByName(name: "Acme") { id eventCursor } }')).data
      .orgByName
    const heard = new Map<number, string[]>()
    const clients = Array.from({ length: 6 }, (_, number) => {
      const client = createClient({
        url: `${main.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: main.ada },
      })
      heard.set(number, [])
      client.subscribe<{ orgEvents: { summary?: string } }>(
        {
          query: `subscription { orgEvents(orgId: "${id}", after: "${eventCursor}") { ... on OrgChangeEvent { summary } } }`,
        },
        {
          next: ({ data }) => void heard.get(number)?.push(data?.orgEvents.summary ?? ''),
          error() {},
          complete() {},
        },
      )
      return client
    })
    // Both workers answer, so subscribers of one hear of writes on the other.
    for (let turn = 0; turn < 4; turn++)
      await askAnew(`mutation { updateOrg(input: { orgId: "${id}", name: "Acme ${turn}" }) { __typename } }`)
    await askAnew(`mutation { updateOrg(input: { orgId: "${id}", name: "Acme" }) { __typename } }`)
    await vi.waitFor(() => {
      for (const summaries of heard.values()) expect(summaries.at(-1)).toMatch(/Acme\W*$/)
    }, WAIT)
    for (const client of clients) await client.dispose()
  }, 60_000)

  it('have one page of metrics, with the sum of what each of them counts', async () => {
    const asked = { type: 'query', operation: 'orgByName', outcome: 'ok' }
    const before = await scrape(metricsUrl)
    expect(before.sum('guildhall_workers')).toBe(2)
    for (let turn = 0; turn < 8; turn++) await orgId()
    const after = await scrape(metricsUrl)
    expect(
      after.sum('guildhall_operations_total', asked) - before.sum('guildhall_operations_total', asked),
    ).toBe(8)
    // All workers see the same queue.
    expect(after.sum('guildhall_jobs_queued', { task: 'tidyUp' })).toBe(1)
    expect(after.sum('guildhall_ready')).toBe(1)
    expect(after.sum('guildhall_database_connections', { state: 'lane' })).toBe(4)
    expect(after.sum('guildhall_build_info')).toBe(1)
  })

  it('keep serving when one of them dies, and another takes its place', async () => {
    const [victim = 0, survivor] = workers()
    process.kill(victim, 'SIGKILL')
    await vi.waitFor(() => {
      expect(workers()).toHaveLength(2)
      expect(workers()).toContain(survivor)
      expect(workers()).not.toContain(victim)
    }, WAIT)
    for (let turn = 0; turn < 6; turn++) expect(await orgId()).toBeTruthy()
    await vi.waitFor(async () => expect((await scrape(metricsUrl)).sum('guildhall_workers')).toBe(2), WAIT)
  }, 60_000)

  it('stop cleanly with the process that started them', async () => {
    const before = workers()
    const exited = once(main.process, 'exit')
    main.process.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    for (const pid of before) expect(() => process.kill(pid, 0)).toThrow()
    // They send their last traces before they end. The SDK is bundled, and this is its usual encoding.
    expect([...sent.keys()]).toEqual(['/v1/traces application/x-protobuf'])
    expect(sent.get('/v1/traces application/x-protobuf')).toBeGreaterThan(1_000)
  }, 60_000)
})

describe('a worker that cannot be replaced at once', () => {
  let database: TestDatabase
  let dataDir: string
  let main: Main
  let logged = ''

  beforeAll(async () => {
    database = await createDatabase()
    dataDir = await mkdtemp(join(tmpdir(), 'guildhall-workers-'))
    main = await startMain({ DATABASE_URL: database.url, DATA_DIR: dataDir }, (text) => {
      logged += text
    })
  }, 150_000)

  afterAll(async () => {
    await main.kill()
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('is replaced as soon as the database accepts new connections again', async () => {
    await database.allowConnections(false)
    const [victim = 0, survivor = 0] = main.workers()
    process.kill(victim, 'SIGKILL')
    const failures = () => logged.match(/could not be replaced/g)?.length ?? 0
    await vi.waitFor(() => expect(failures()).toBeGreaterThanOrEqual(2), WAIT)
    expect(main.workers()).toContain(survivor)

    await database.allowConnections(true)
    await vi.waitFor(async () => {
      expect(main.workers()).toHaveLength(2)
      const settled = failures()
      await delay(2_500)
      expect(failures()).toBe(settled)
    }, WAIT)
    expect((await ask(main.url, undefined, '{ __typename }')).data).toEqual({ __typename: 'Query' })
  }, 150_000)
})
