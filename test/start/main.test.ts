import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { mutate } from '../support/mutate.js'
import { ask, type Client } from '../support/testServer.js'

const started: ChildProcess[] = []
const directories: string[] = []

/** Starts the server as `npm start` does. */
function start(env: Record<string, string>, args: string[] = []) {
  const child = spawn(process.execPath, [inject('serverMain'), ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  return child
}

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'guildhall-main-'))
  directories.push(directory)
  return directory
}

/** Returns the output until the server is ready. */
async function bannerOf(child: ChildProcess): Promise<string> {
  let printed = ''
  for await (const chunk of child.stdout ?? []) {
    printed += chunk
    if (/^curl .*\n/m.test(printed)) return printed
  }
  throw new Error(`ended without a banner: ${printed}`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}

afterEach(async () => {
  for (const child of started.splice(0))
    if (child.exitCode === null && child.signalCode === null) await end(child, 'SIGTERM')
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true })
})

describe('npm start', () => {
  it('names the arguments that it does not know, and starts nothing', async () => {
    for (const [args, expected] of [
      [['--dmeo'], "error: unknown option '--dmeo'\n(Did you mean --demo?)"],
      [['serv'], "error: unknown command 'serv'\n(Did you mean serve?)"],
      [['--demo', 'acme'], "error: too many arguments for 'serve'"],
      [['x'.repeat(5_000)], 'error: an argument is longer than 4096 characters'],
    ] as const) {
      const child = start({}, [...args])
      const [said, [code]] = await Promise.all([text(child.stderr ?? process.stdin), once(child, 'exit')])
      expect(said.slice(0, expected.length)).toBe(expected)
      expect(code).toBe(2)
    }
  })

  it('reports every invalid setting at once and exits with 1', async () => {
    const child = start({ PORT: 'http', AUTH_JWT_SECRET: 'short', MAX_DEPTH: '-1' })
    const [said, [code]] = await Promise.all([text(child.stderr ?? process.stdin), once(child, 'exit')])
    expect(code).toBe(1)
    for (const name of ['PORT', 'AUTH_JWT_SECRET', 'MAX_DEPTH']) expect(said).toContain(name)
    expect(said).not.toContain('short,')
  })

  it('names the setting at fault if the database or the port is not available', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const startAndEnd = async (env: Record<string, string>) => {
      const child = start(env)
      const streams = [child.stdout, child.stderr].map((stream) => text(stream ?? process.stdin))
      const [code] = await once(child, 'exit')
      expect(code).toBe(1)
      return (await Promise.all(streams)).join('')
    }
    // A listener that is not PostgreSQL: it closes every connection.
    taken.on('connection', (socket) => socket.destroy())
    const noDatabase = await startAndEnd({ DATABASE_URL: `postgres://u:hunter2@127.0.0.1:${port}/x` })
    expect(noDatabase).toContain('DATABASE_URL')
    expect(noDatabase).not.toMatch(/hunter2|^ +at /m)
    const noPort = await startAndEnd({ DATA_DIR: await newDirectory(), PORT: String(port) })
    taken.close()
    expect(noPort).toMatch(/PORT.*EADDRINUSE/)
    expect(noPort).not.toMatch(/^ +at /m)
  }, 90_000)

  it('shows a newcomer where to look and how to sign in, and keeps all data after kill -9', async () => {
    const dataDir = await newDirectory()
    const first = start({ DATA_DIR: dataDir })
    const banner = await bannerOf(first)
    const url = /GraphiQL +(\S+)\/graphql/.exec(banner)?.[1] ?? ''
    const tokens = banner.match(/^ {2}eyJ\S+$/gm)?.map((line) => line.trim()) ?? []
    expect(tokens).toHaveLength(3)
    const curl = /^curl .*?'Authorization: (Bearer \S+)' -d '(.*)'$/m.exec(banner)
    const { query } = JSON.parse(curl?.[2] ?? '{}') as { query: string }
    expect((await ask(url, curl?.[1], query)).data.viewer.orgUsers.nodes[0].org.name).toBe('Acme')
    const [ada = '', ben = '', cleo = ''] = tokens
    const rename = `mutation { createOrg(input: { name: "Kept" }) { __typename } }`
    expect((await ask(url, `Bearer ${ada}`, rename)).data.createOrg.__typename).toBe('CreateOrgPayload')
    for (const token of [ben, cleo])
      expect((await ask(url, `Bearer ${token}`, '{ viewer { id } }')).data.viewer.id).toBeTruthy()

    await end(first, 'SIGKILL')
    const again = await bannerOf(start({ DATA_DIR: dataDir }))

    const urlAgain = /GraphiQL +(\S+)\/graphql/.exec(again)?.[1] ?? ''
    const { data } = await ask(urlAgain, `Bearer ${ada}`, '{ orgs { nodes { name } } }')
    expect(data.orgs.nodes.map(({ name }: { name: string }) => name)).toEqual(['Kept', 'Acme'])
    expect((await readFile(join(dataDir, 'jwt-secret'), 'utf8')).length).toBeGreaterThanOrEqual(32)
  }, 90_000)

  it('prints links to the real port if it chose a free one', async () => {
    const instanceToken = 'an-instance-token-of-this-test-0123456789'
    const child = start({ DATA_DIR: await newDirectory(), INSTANCE_TOKEN: instanceToken })
    const url = /GraphiQL +(\S+)\/graphql/.exec(await bannerOf(child))?.[1] ?? ''
    const authorization = `Bearer ${instanceToken}`
    const host: Client = { authorization, ask: (...asked) => ask(url, authorization, ...asked) }
    const owner = { subject: 'ada', email: 'ada@ada.example', emailVerified: true }
    const { user } = await mutate(host, 'upsertUser', owner, 'user { id }')
    const { org } = await mutate(host, 'createOrg', { name: 'Linked', ownerId: user.id }, 'org { id }')
    const input = { orgId: org.id, invitee: { email: 'ben@ben.example' }, sendEmail: false }
    const { acceptUrl } = await mutate(host, 'createOrgInvite', input, 'acceptUrl')
    expect(acceptUrl).toMatch(new RegExp(`^${url}/invites/gi_`))
  }, 90_000)

  it('in production has no sign-in page, no mailbox, no GraphiQL and no schema', async () => {
    const child = start({
      DATA_DIR: await newDirectory(),
      NODE_ENV: 'production',
      AUTH_JWT_SECRET: 'a secret of 32 bytes or more, certainly',
      APP_URL: 'https://app.example',
      SMTPURL: 'smtp://u:hunter2@mail.example.com',
    })
    let url = ''
    let printed = ''
    for await (const line of child.stdout ?? []) {
      printed += line
      const found = /"url":"([^"]+)".*"listening"/.exec(printed)
      if (found?.[1]) {
        url = found[1]
        break
      }
    }
    expect(printed).not.toMatch(/eyJ/)
    const lines = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.at(-1)).toMatchObject({
      version: expect.stringMatching(/^\d/),
      node: process.versions.node,
      database: 'embedded',
      hints: 'none',
      mail: 'off',
      signIn: 'secret',
    })
    expect(lines.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^SMTPURL is not a setting: did you mean SMTP_URL/),
      expect.stringMatching(/^DATABASE_URL is not set: the embedded PostgreSQL/),
      expect.stringMatching(/^SMTP_URL is not set: no mail/),
      ...lines.slice(3, -1).map(({ msg }) => msg),
      'listening',
    ])
    expect((await fetch(`${url}/mail`)).status).toBe(404)
    expect(await (await fetch(`${url}/live/people.json`)).json()).toEqual([])
    const graphiql = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })
    expect(await graphiql.text()).not.toContain('GraphiQL')
    expect((await ask(url, undefined, '{ __schema { types { name } } }')).errors).toBeDefined()
  }, 90_000)
})
