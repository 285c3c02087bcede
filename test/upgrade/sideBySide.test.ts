import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ready } from '../faults/serverProcesses.js'
import { follow, type Subscriber } from '../faults/subscribers.js'
import type { TestDatabase } from '../support/database.js'
import { freePort } from '../support/freePort.js'
import { ask } from '../support/testServer.js'
import { released, restoreReleased } from './released.js'

const ROOT = join(import.meta.dirname, '..', '..')
const WRITERS = 4
const TOGETHER_MS = 6_000

/** It builds the released version from the history of this clone, which takes two minutes. A shallow clone has none. */
const isAsked = process.env.FAULTS === 'long' && isHere(released.commit)

function isHere(commit: string): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: ROOT, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const run = promisify(execFile)

let directory: string
let database: TestDatabase

beforeAll(async () => {
  if (!isAsked) return
  directory = await mkdtemp(join(tmpdir(), 'guildhall-released-'))
  await run('sh', ['-c', `git archive ${released.commit} | tar -x -C ${directory}`], { cwd: ROOT })
  const env = { ...process.env, NODE_ENV: 'development' }
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: directory, env })
  database = await restoreReleased()
}, 400_000)
afterAll(async () => {
  await database?.drop()
  if (directory) await rm(directory, { recursive: true, force: true })
})

interface Server {
  url: string
  stop(): Promise<void>
}

async function start(main: string): Promise<Server> {
  const port = await freePort()
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '8',
      AUTH_JWT_SECRET: released.jwtSecret,
      INSTANCE_TOKEN: released.instanceToken,
      APP_URL: 'https://app.example',
      FREE_PENDING_INVITES: '100000',
      INVITES_PER_ORG_PER_DAY: '100000',
      RATE_LIMIT_PER_ADDRESS: '0',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = once(child, 'exit')
  const url = `http://127.0.0.1:${port}`
  const failed = ended.then(([code]) => Promise.reject(new Error(`${main} ended with ${code}`)))
  failed.catch(() => {})
  await Promise.race([ready(url), failed])
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function credentialOf(name: string): Promise<string> {
  const jwt = await new SignJWT({ email: `${name}@${name}.example`, email_verified: true, name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(`beside|${name}`)
    .setIssuedAt()
    .setExpirationTime('10 minutes')
    .sign(new TextEncoder().encode(released.jwtSecret))
  return `Bearer ${jwt}`
}

const CREATE_ORG =
  'mutation($name: String!) { createOrg(input: { name: $name }) { ... on CreateOrgPayload { org { id } } } }'
const INVITE = `mutation($orgId: ID!, $email: String!) {
  createOrgInvite(input: { orgId: $orgId, invitee: { email: $email }, sendEmail: false }) {
    __typename ... on CreateOrgInvitePayload { orgInvite { id } } ... on Error { message }
  }
}`
const REVOKE = `mutation($id: ID!) {
  revokeOrgInvite(input: { orgInviteId: $id }) { __typename ... on Error { message } }
}`

async function lastSeq(server: Server, orgId: string, authorization: string): Promise<number> {
  const query = 'query($orgId: ID!) { org(id: $orgId) { events(last: 1) { nodes { seq } } } }'
  const { data } = await ask(server.url, authorization, query, { orgId })
  return data.org.events.nodes[0].seq
}

it.runIf(isAsked)(
  'the released version and this one serve one database: no request fails, and streams of both have every event',
  async () => {
    const old = await start(join(directory, 'dist', 'main.js'))
    const servers = [old]
    let stopped = false
    const failures: unknown[] = []
    const written: number[] = []
    const subscriptions: Array<{ orgId: string; authorization: string; subscriber: Subscriber }> = []
    const subscribe = (server: Server, orgId: string, authorization: string) =>
      subscriptions.push({ orgId, authorization, subscriber: follow([server], orgId, authorization, 0) })

    /** Invites and revokes in an org of its own, at each of the servers in turn. */
    async function write(number: number) {
      const authorization = await credentialOf(`writer${number}`)
      const { data } = await ask(old.url, authorization, CREATE_ORG, { name: `Beside ${number}` })
      const orgId = data.createOrg.org.id
      subscribe(old, orgId, authorization)
      let count = 0
      const send = async (document: string, variables: object) => {
        const server = servers[count++ % servers.length] ?? old
        const { data, errors } = await ask(server.url, authorization, document, { ...variables })
        const answer = Object.values(data ?? {})[0] as { __typename?: string; orgInvite?: { id: string } }
        if (errors || !answer?.__typename?.endsWith('Payload')) failures.push({ errors, answer })
        return answer
      }
      while (!stopped) {
        const invite = await send(INVITE, { orgId, email: `guest${count}@guests.example` })
        await send(REVOKE, { id: invite?.orgInvite?.id })
        await delay(10)
      }
      written.push(count)
    }

    const writers = Promise.all(Array.from({ length: WRITERS }, (_, number) => write(number)))
    writers.catch(() => {})
    await expect.poll(() => subscriptions.length, { timeout: 20_000 }).toBe(WRITERS)
    await delay(1_000)
    const seenBefore = subscriptions.map(({ subscriber }) => subscriber.seen.length)
    // It migrates while the released version goes on.
    const now = await start(inject('serverMain'))
    try {
      for (const { orgId, authorization } of [...subscriptions]) subscribe(now, orgId, authorization)
      servers.push(now)
      await delay(TOGETHER_MS)
      stopped = true
      await writers
      expect(failures).toEqual([])
      console.log(`writes at both versions: ${written.join(', ')}`)
      for (const count of written) expect(count).toBeGreaterThan(20)
      for (const count of seenBefore) expect(count).toBeGreaterThan(1)
      for (const { orgId, authorization, subscriber } of subscriptions) {
        const last = await lastSeq(now, orgId, authorization)
        await expect.poll(() => subscriber.seen.length, { timeout: 5_000 }).toBe(last)
        expect(subscriber.seen.map(({ seq }) => seq)).toEqual(
          Array.from({ length: last }, (_, index) => index + 1),
        )
      }
    } finally {
      stopped = true
      for (const { subscriber } of subscriptions) subscriber.stop()
      await Promise.all([old.stop(), now.stop()])
    }
  },
  120_000,
)
