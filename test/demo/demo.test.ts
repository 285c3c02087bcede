import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.js'
import { ask } from '../support/testServer.js'

const startDemo = (env: NodeJS.ProcessEnv) =>
  spawn(process.execPath, [inject('serverMain'), '--demo'], {
    env: { ...process.env, LOG_LEVEL: 'warn', NODE_ENV: 'development', ...env },
  })

function collectOutput(child: ChildProcessWithoutNullStreams): () => string {
  let output = ''
  child.stdout.on('data', (text) => {
    output += text
  })
  child.stderr.on('data', (text) => {
    output += text
  })
  return () => output
}

describe('the demo', () => {
  let dataDir: string
  let database: TestDatabase
  let child: ChildProcessWithoutNullStreams
  let output: () => string
  let exit: Promise<number | null>
  let ada: { url: string; token: string }

  beforeAll(async () => {
    database = await createDatabase({ empty: true })
    dataDir = await mkdtemp(join(tmpdir(), 'guildhall-demo-'))
    child = startDemo({ DATA_DIR: dataDir, DATABASE_URL: database.url, PORT: '0' })
    output = collectOutput(child)
    exit = new Promise((resolve) => child.once('exit', resolve))
    await hears('q  quits')
    const [, url = ''] = /GraphiQL +(\S+)\/graphql/.exec(output()) ?? []
    const [, token = ''] = /Ada Lovelace, owner\n +(\S+)/.exec(output()) ?? []
    ada = { url, token }
  }, 120_000)

  afterAll(async () => {
    child.kill('SIGKILL')
    await exit
    await rm(dataDir, { recursive: true })
    await database.drop()
  })

  const hears = (words: string, times = 1) =>
    vi.waitFor(() => expect(output().split(words).length - 1, output()).toBeGreaterThanOrEqual(times), {
      timeout: 100_000,
      interval: 50,
    })

  async function orgs(): Promise<Array<{ id: string; name: string; newest: number }>> {
    const { data } = await ask(
      ada.url,
      `Bearer ${ada.token}`,
      '{ orgs(first: 100) { nodes { id name events(last: 1) { nodes { seq } } } } }',
    )
    return data.orgs.nodes.map(
      ({ id, name, events }: { id: string; name: string; events: { nodes: { seq: number }[] } }) => ({
        id,
        name,
        newest: events.nodes[0]?.seq ?? 0,
      }),
    )
  }
  const eventsSoFar = async () => (await orgs()).reduce((sum, { newest }) => sum + newest, 0)
  const names = async () => (await orgs()).map(({ name }) => name).sort()

  it('prints every address, a token for each person, and its keys', () => {
    for (const path of ['/graphql', '/live', '/mail', '/components'])
      expect(output()).toContain(`${ada.url}${path}\n`)
    for (const person of ['Ada Lovelace, owner', 'Ben Okafor, admin', 'Cleo Marchetti, user'])
      expect(output()).toMatch(new RegExp(`${person}\\n +ey\\S+`))
    expect(output()).toMatch(/q {2}quits .* t {2}pauses .* r {2}deletes/)
  })

  it('has three orgs with constant traffic', async () => {
    expect(await names()).toEqual(['Acme', 'Globex', 'Hooli'])
    const before = await eventsSoFar()
    await vi.waitFor(async () => expect(await eventsSoFar()).toBeGreaterThan(before + 3), { timeout: 30_000 })
  })

  it('pauses and resumes the traffic with `t`', async () => {
    child.stdin.write('t\n')
    await hears('Traffic is paused')
    // Work from before, such as a mail or an expiry, may still finish.
    let before: number
    do {
      before = await eventsSoFar()
      await new Promise((resolve) => setTimeout(resolve, 1_500))
    } while ((await eventsSoFar()) > before)
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    expect(await eventsSoFar()).toBeLessThanOrEqual(before + 1)
    child.stdin.write('t\n')
    await hears('Traffic is running')
    await vi.waitFor(async () => expect(await eventsSoFar()).toBeGreaterThan(before + 3), { timeout: 30_000 })
  }, 60_000)

  it('seeds again with `r`: the same names, other orgs', async () => {
    const before = new Set((await orgs()).map(({ id }) => id))
    child.stdin.write('r\n')
    await hears('Seeded again.')
    const after = await orgs()
    expect(after.map(({ name }) => name).sort()).toEqual(['Acme', 'Globex', 'Hooli'])
    expect(after.filter(({ id }) => before.has(id))).toEqual([])
  }, 120_000)

  it('quits cleanly with `q`', async () => {
    child.stdin.write('q\n')
    expect(await exit).toBe(0)
    expect(output()).not.toMatch(/ERROR|WARN/)
  })
})

describe('the demo refuses to start', () => {
  const secret = 'a secret that is long enough for HS256'

  it.each([
    ['in production', { NODE_ENV: 'production', AUTH_JWT_SECRET: secret, APP_URL: 'https://app.example' }],
    ['with AUTH_JWT_SECRET set', { AUTH_JWT_SECRET: secret }],
  ])('%s, before it starts anything', async (_, env) => {
    const child = startDemo(env)
    const output = collectOutput(child)
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(1)
    expect(output()).toMatch(/A setting is wrong:\s.* for the demo: it /)
  })
})
