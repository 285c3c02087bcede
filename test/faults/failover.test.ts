import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createLog } from '../../src/lib/log.js'
import { readSettings } from '../../src/settings/settings.js'
import { type StartedServer, startServer } from '../../src/start/server.js'
import { type DatabaseProxy, startDatabaseProxy } from '../support/databaseProxy.js'
import { type Pair, startPair } from '../support/standby.js'
import { type Answer, APP_URL, authorize, JWT_SECRET } from '../support/testServer.js'

const long = process.env.FAULTS === 'long'
/**
 * How long the proxy still connects to the old primary after that is started again as a standby.
 */
const LATE_MS = long ? 5_000 : 2_000
/** The time for every request, and for a return to normal after a switchover. */
const WITHIN_MS = 5_000

interface Outcome {
  at: number
  tookMs: number
  ok: boolean
  /** Such as `503 UNAVAILABLE`. Undefined for an answer without an error. */
  failure: string | undefined
}

describe('when PostgreSQL fails over', () => {
  let pair: Pair
  let proxy: DatabaseProxy
  let server: StartedServer
  let owner: string
  let orgId: string
  beforeAll(async () => {
    pair = await startPair()
    proxy = await startDatabaseProxy(pair.primary.url)
    server = await startServer({
      settings: readSettings({
        PORT: '0',
        AUTH_JWT_SECRET: JWT_SECRET,
        RATE_LIMIT_PER_ADDRESS: '0',
        INVITES_PER_ORG_PER_DAY: '1000000',
        FREE_PENDING_INVITES: '1000000',
        LOG_LEVEL: 'silent',
      }),
      log: createLog({ level: 'silent', production: true }),
      connectionString: proxy.url,
      appUrl: APP_URL,
      jwtSecret: undefined,
      mailer: null,
    })
    owner = await authorize({ subject: 'bad days|owner', email: 'owner@bad-days.example' })
    const { data } = await post(
      'mutation { createOrg(input: { name: "Before" }) { ... on CreateOrgPayload { org { id } } } }',
    )
    orgId = data.createOrg.org.id
  }, 120_000)
  afterAll(async () => {
    await server.close()
    await proxy.close()
    await pair.close()
  }, 60_000)

  const post = async (document: string, variables: object = {}): Promise<Answer & { status: number }> => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: owner },
      body: JSON.stringify({ query: document, variables }),
    })
    return { ...((await response.json()) as Answer), status: response.status }
  }
  const ready = async () => (await fetch(`${server.url}/ready`)).status

  /** Sends a request and returns how it ended. */
  const timed = async (
    document: string,
    variables: object,
    isOk: (data: Answer['data']) => boolean,
  ): Promise<Outcome> => {
    const at = performance.now()
    const { data, errors, status } = await post(document, variables)
    const code = errors?.[0]?.extensions.code
    return {
      at,
      tookMs: performance.now() - at,
      ok: !code && isOk(data),
      failure: code && `${status} ${code}`,
    }
  }

  const READ = 'query($orgId: ID!) { org(id: $orgId) { name events(first: 1) { nodes { seq } } } }'
  const RENAME = `mutation($orgId: ID!, $name: String!) {
    updateOrg(input: { orgId: $orgId, name: $name }) { ... on UpdateOrgPayload { org { name } } } }`
  const INVITE = `mutation($orgId: ID!, $email: String!) {
    createOrgInvite(input: { orgId: $orgId, invitee: { email: $email }, sendEmail: false }) { __typename } }`
  let people = 0
  const email = () => `guest${people++}@guests.example`

  const invite = () =>
    timed(
      INVITE,
      { orgId, email: email() },
      (data) => data.createOrgInvite.__typename === 'CreateOrgInvitePayload',
    )

  it('everything works again within 5 s of a switchover, even behind a late proxy that keeps sessions open', async () => {
    let done = false
    let renamed = 0
    const writes: Outcome[] = []
    const reads: Outcome[] = []
    const stale: number[] = []
    // One client renames an org, so that reads have a known answer.
    const rename = async () => {
      for (let number = 1; !done; number++) {
        const wanted = `Number ${number}`
        const outcome = await timed(
          RENAME,
          { orgId, name: wanted },
          (data) => data.updateOrg.org.name === wanted,
        )
        writes.push(outcome)
        if (outcome.ok) renamed = number
        await delay(10)
      }
    }
    const reader = async () => {
      while (!done) {
        const atLeast = renamed
        let seen = 0
        const outcome = await timed(READ, { orgId }, (data) => {
          seen = Number(/\d+$/.exec(data.org.name)?.[0])
          return true
        })
        reads.push(outcome)
        if (outcome.ok && atLeast > 0 && seen < atLeast) stale.push(outcome.at)
        await delay(10)
      }
    }
    const writer = async () => {
      while (!done) {
        writes.push(await invite())
        await delay(20)
      }
    }
    const work = Promise.all([rename(), ...Array.from({ length: 8 }, reader), writer(), writer(), writer()])
    await delay(500)
    expect(await ready()).toBe(200)

    await pair.primary.stop()
    await pair.standby.promote()
    await pair.primary.start(null)
    await delay(LATE_MS)
    expect(await ready()).toBe(503)
    proxy.pointAt(pair.standby.url)
    const switched = performance.now()
    await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: WITHIN_MS, interval: 50 })
    const readyAfter = performance.now() - switched
    await delay(WITHIN_MS - readyAfter)
    const from = performance.now()
    await delay(2_000)
    done = true
    await work

    const since = (at: number | undefined) => (at === undefined ? 'none' : `${Math.round(at - switched)} ms`)
    const after = writes.filter(({ at }) => at > switched)
    const failed = [...writes, ...reads].filter(({ failure }) => failure)
    console.info(
      `after the switch: ready ${Math.round(readyAfter)} ms, first write ${since(after.find(({ ok }) => ok)?.at)}, ` +
        `last that failed ${since(after.findLast(({ ok }) => !ok)?.at)}, last stale read ` +
        `${since(stale.findLast((at) => at > switched))}; ${failed.length} of ${writes.length + reads.length} failed`,
    )
    expect([...new Set(failed.map(({ failure }) => failure))]).toEqual(['503 UNAVAILABLE'])
    const settled = [...writes, ...reads].filter(({ at }) => at > from)
    expect(settled.filter(({ ok }) => !ok)).toEqual([])
    expect(settled.length).toBeGreaterThan(10)
    expect(stale.filter((at) => at > from)).toEqual([])
  }, 120_000)
})
