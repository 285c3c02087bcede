import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createDatabase } from '../support/database.js'
import { freePort } from '../support/freePort.js'
import { ask, authorize, JWT_SECRET } from '../support/testServer.js'
import { attack } from './attacks.js'
import { ready } from './serverProcesses.js'

/** `npm run test:faults` sets this for the long run. */
const long = process.env.FAULTS === 'long'
const ATTACK_MS = long ? 120_000 : 15_000
const SIDE_BY_SIDE = long ? 12 : 6
const HEAP_MB = 512
/** The heap and everything outside of it: the program, incoming bodies and outgoing answers. */
const MAX_RSS_MB = HEAP_MB + 400

const rssOf = ({ pid }: ChildProcess): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) / 1_024

test('a server with a small heap survives everything that anonymous clients send', async () => {
  const database = await createDatabase()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, inject('serverMain')], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      DATABASE_URL: database.url,
      AUTH_JWT_SECRET: JWT_SECRET,
      TRUST_PROXY: '1',
      RATE_LIMIT_PER_ADDRESS: '0',
      FREE_PENDING_INVITES: '1000',
      LOG_LEVEL: 'fatal',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  onTestFinished(async () => {
    if (server.exitCode === null && server.signalCode === null) {
      const exited = once(server, 'exit')
      server.kill('SIGKILL')
      await exited
    }
    await database.drop()
  })
  await ready(url)
  const authorization = await authorize({ subject: 'hostile|owner', email: 'owner@hostile.example' })
  const orgId = await orgOfLongMessages(url, authorization)

  let highest = 0
  const looks = setInterval(() => {
    if (server.exitCode === null && server.signalCode === null) highest = Math.max(highest, rssOf(server))
  }, 250)
  const runs = await attack({ url, authorization, orgId }, ATTACK_MS, SIDE_BY_SIDE)
  clearInterval(looks)
  await delay(2_000)

  console.info(runs)
  console.info(`highest RSS ${Math.round(highest)} MB, afterwards ${Math.round(rssOf(server))} MB`)
  expect([server.exitCode, server.signalCode]).toEqual([null, null])
  expect((await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) })).status).toBe(200)
  const { data } = await ask(url, authorization, 'query($id: ID!) { org(id: $id) { id } }', { id: orgId })
  expect(data).toEqual({ org: { id: orgId } })
  expect(highest).toBeLessThan(MAX_RSS_MB)
}, 300_000)

async function orgOfLongMessages(url: string, authorization: string): Promise<string> {
  const founded = await ask(
    url,
    authorization,
    'mutation { createOrg(input: { name: "Hostile" }) { ... on CreateOrgPayload { org { id } } } }',
  )
  const orgId = founded.data.createOrg.org.id
  const invitees = Array.from({ length: 100 }, (_, n) => ({ email: `guest${n}@guests.example` }))
  const message = '\u{1f600}'.repeat(1_000)
  const input = { orgId, invitees, message, sendEmail: false }
  const invited = await ask(
    url,
    authorization,
    'mutation($input: CreateOrgInvitesInput!) { createOrgInvites(input: $input) { __typename } }',
    { input },
  )
  expect(invited.data.createOrgInvites.__typename).toBe('CreateOrgInvitesPayload')
  return orgId
}
