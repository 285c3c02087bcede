import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { ask } from './support/world.js'

const WAIT = { timeout: 20_000, interval: 100 }

describe('several workers behind one port', () => {
  let main: ChildProcess
  let dataDir: string
  let url = ''
  let ada = ''

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'guildhall-workers-'))
    main = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', WORKERS: '2', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = ''
    for await (const chunk of main.stdout ?? []) {
      printed += chunk
      if (/^curl .*\n/m.test(printed)) break
    }
    url = /GraphiQL +(\S+)\/graphql/.exec(printed)?.[1] ?? ''
    ada = `Bearer ${/^ {2}(eyJ\S+)$/m.exec(printed)?.[1]}`
  }, 90_000)

  afterAll(async () => {
    if (main.exitCode === null) {
      main.kill('SIGKILL')
      await once(main, 'exit')
    }
    await rm(dataDir, { recursive: true, force: true })
  })

  const workers = () =>
    execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, parent, ...args]) => parent === String(main.pid) && args.join(' ').includes('src/main.ts'))
      .map(([pid]) => Number(pid))

  /** By a connection of its own, so that they take turns. */
  const askAnew = (document: string) => ask(url, ada, document)
  const orgId = async () => (await askAnew('{ orgByName(name: "Acme") { id } }')).data.orgByName.id as string

  it('serve together, and each tells its subscribers what another has done', async () => {
    expect(workers()).toHaveLength(2)
    const { id, eventCursor } = (await askAnew('{ orgByName(name: "Acme") { id eventCursor } }')).data
      .orgByName
    const heard = new Map<number, string[]>()
    const clients = Array.from({ length: 6 }, (_, number) => {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: ada },
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
    // Both workers answer, so both are heard by those who listen at the other one.
    for (let turn = 0; turn < 4; turn++)
      await askAnew(`mutation { updateOrg(input: { orgId: "${id}", name: "Acme ${turn}" }) { __typename } }`)
    await askAnew(`mutation { updateOrg(input: { orgId: "${id}", name: "Acme" }) { __typename } }`)
    await vi.waitFor(() => {
      for (const summaries of heard.values()) expect(summaries.at(-1)).toMatch(/Acme\W*$/)
    }, WAIT)
    for (const client of clients) await client.dispose()
  }, 60_000)

  it('go on while one of them dies, and another takes its place', async () => {
    const [victim = 0, survivor] = workers()
    process.kill(victim, 'SIGKILL')
    await vi.waitFor(() => {
      expect(workers()).toHaveLength(2)
      expect(workers()).toContain(survivor)
      expect(workers()).not.toContain(victim)
    }, WAIT)
    for (let turn = 0; turn < 6; turn++) expect(await orgId()).toBeTruthy()
  }, 60_000)

  it('end in order with the process that started them', async () => {
    const before = workers()
    const exited = once(main, 'exit')
    main.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    for (const pid of before) expect(() => process.kill(pid, 0)).toThrow()
  }, 60_000)
})
