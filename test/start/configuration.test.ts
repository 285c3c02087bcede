import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { createDatabase } from '../support/database.js'
import { freePort } from '../support/freePort.js'
import { temporaryFolder } from '../support/temporaryFolder.js'
import { APP_URL, INSTANCE_TOKEN, JWT_SECRET } from '../support/testServer.js'

vi.setConfig({ testTimeout: 90_000 })

/** Runs the server in this folder, in production. */
function start(cwd: string, env: Record<string, string> = {}, args: string[] = []) {
  const child = spawn(process.execPath, [inject('serverMain'), ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said.out += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said.err += chunk))
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const lines = () =>
    said.out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return {
    child,
    said,
    lines,
    ended: async () => (await ended)[0] as number,
    async listening() {
      return vi.waitFor(
        () => {
          const found = lines().find(({ msg }) => msg === 'listening')
          if (!found) throw new Error(`not listening: ${said.out}${said.err}`)
          return found
        },
        { timeout: 60_000, interval: 100 },
      )
    },
  }
}

const workersOf = ({ pid }: ChildProcess): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => parent === String(pid) && args.includes(inject('serverMain')))
    .map(([worker]) => Number(worker))

const isInstance = async (url: unknown, token: string) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ orgs { totalCount } }' }),
    // A connection that was accepted while no worker ran is never answered.
    signal: AbortSignal.timeout(3_000),
  })
  return response.status === 200
}

/** A folder with everything that a server in production needs. */
async function configured(more = '') {
  const database = await createDatabase()
  onTestFinished(() => database.drop())
  const folder = temporaryFolder({ database: `${database.url}\n`, token: `${INSTANCE_TOKEN}\n` })
  writeFileSync(
    join(folder, 'guildhall.config.yaml'),
    `NODE_ENV: production
PORT: 0
APP_URL: ${APP_URL}
DATABASE_URL_FILE: ${folder}/database
INSTANCE_TOKEN_FILE: token
AUTH_ISSUER: https://login.example.com/
ALLOWED_ORIGINS: [https://a.example.com]
${more}`,
  )
  return { folder, database: new URL(database.url) }
}

describe('a server', () => {
  it('runs with a configuration file and with secrets in files, and says at the start what it uses', async () => {
    const { folder, database } = await configured()
    const server = start(folder, { AUTH_JWT_SECRET: JWT_SECRET })
    const line = await server.listening()
    expect(line).toMatchObject({
      version: expect.stringMatching(/^\d/),
      node: process.versions.node,
      configFile: 'guildhall.config.yaml',
      database: `${database.host}${database.pathname}`,
      hints: 'postgresql',
      mail: 'off',
      signIn: 'secret',
      issuer: 'https://login.example.com/',
      metrics: 'off',
      traces: 'off',
    })
    expect(server.said.out + server.said.err).not.toMatch(
      new RegExp([database.password || 'no password', INSTANCE_TOKEN, JWT_SECRET].join('|')),
    )
    expect(await isInstance(line.url, INSTANCE_TOKEN)).toBe(true)
    const origin = { origin: 'https://a.example.com', 'access-control-request-method': 'POST' }
    const { headers } = await fetch(`${line.url}/graphql`, { method: 'OPTIONS', headers: origin })
    expect(headers.get('access-control-allow-origin')).toBe('https://a.example.com')
  })

  it('with several workers replaces one with the settings of the start, also if the files have changed', async () => {
    const { folder } = await configured('WORKERS: 2\n')
    // While no worker runs, nothing holds a port that the system chose.
    const server = start(folder, { AUTH_JWT_SECRET: JWT_SECRET, PORT: String(await freePort()) })
    const { url } = await server.listening()
    writeFileSync(join(folder, 'token'), 'a-token-that-is-in-the-file-only-now-0123456789')
    writeFileSync(join(folder, 'guildhall.config.yaml'), 'PORT: nowhere')
    for (const pid of workersOf(server.child)) process.kill(pid, 'SIGKILL')
    await vi.waitFor(async () => expect(await isInstance(url, INSTANCE_TOKEN)).toBe(true), {
      timeout: 60_000,
      interval: 200,
    })
    for (let turn = 0; turn < 4; turn++) expect(await isInstance(url, INSTANCE_TOKEN)).toBe(true)
  })
})

describe('bad settings', () => {
  it('in production are one line of the log, like any other fatal error', async () => {
    const folder = temporaryFolder({
      'guildhall.config.yaml': 'NODE_ENV: production\nPORT: http\nLOG_LEVEL: silent',
    })
    const server = start(folder, { INSTANCE_TOKEN: 'hush-hush', DATABASE_URL_FILE: 'hush-hush' })
    expect(await server.ended()).toBe(1)
    expect(server.said.err).toBe('')
    expect(server.lines()).toHaveLength(1)
    const [{ level, msg } = {}] = server.lines()
    expect([60, 'fatal']).toContain(level)
    expect(msg).toMatch(/^5 settings are wrong: DATABASE_URL_FILE .*; PORT .*; INSTANCE_TOKEN .*; .*APP_URL/)
    expect(msg).not.toContain('hush')
  })

  it('elsewhere are a text on stderr', async () => {
    const server = start(temporaryFolder({ 'guildhall.config.json': '{"PORT": "http"}' }), { MAX_DEPTH: '0' })
    expect(await server.ended()).toBe(1)
    expect(server.said).toEqual({
      out: '',
      err: `2 settings are wrong:
  PORT must be a whole number from 0 to 65535, not "http" (guildhall.config.json)
  MAX_DEPTH must be a whole number from 1 to 100, not "0" (environment)
`,
    })
  })
})
