import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/freePort.js'
import { type Haproxy, startHaproxy, whyNoHaproxy } from '../support/haproxy.js'
import { type Answer, authorize } from '../support/testServer.js'
import { type ServerProcesses, startServerProcesses } from './serverProcesses.js'

const WRITERS = 8
const ROUNDS = process.env.FAULTS === 'long' ? 5 : 1

const noHaproxy = whyNoHaproxy()

describe.skipIf(noHaproxy)(`two servers behind haproxy${noHaproxy ? ` (skipped: ${noHaproxy})` : ''}`, () => {
  let processes: ServerProcesses
  let haproxy: Haproxy
  let owner: string
  beforeAll(async () => {
    processes = await startServerProcesses(2, { SHUTDOWN_DELAY_S: '2' })
    haproxy = await startHaproxy(
      { own: await freePort(), stats: await freePort() },
      processes.servers.map(({ url }) => url),
    )
    await haproxy.allUp()
    owner = await authorize({ subject: 'restarts|owner', email: 'owner@restarts.example' })
  }, 120_000)
  afterAll(async () => {
    await haproxy?.stop()
    await processes?.close()
  }, 60_000)

  /** Over a connection that is kept open, as clients keep theirs. */
  const post = async (query: string, variables?: object): Promise<Answer> => {
    const response = await fetch(`${haproxy.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: owner },
      body: JSON.stringify({ query, variables }),
    })
    if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`)
    return (await response.json()) as Answer
  }

  it('lose no request while one after the other is restarted', async () => {
    const { data } = await post(
      'mutation { createOrg(input: { name: "Restarts" }) { ... on CreateOrgPayload { org { id } } } }',
    )
    const orgId = data.createOrg.org.id
    let writing = true
    const acknowledged: string[] = []
    const lost: unknown[] = []
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let n = 0; writing; n++) {
        const email = `w${writer}n${n}@restarts.example`
        try {
          const answer = await post(INVITE, { orgId, email })
          if (answer.data?.createOrgInvite?.orgInvite) acknowledged.push(email)
          else lost.push(answer)
        } catch (error) {
          lost.push(String(error))
        }
        await delay(5)
      }
    })
    for (let round = 0; round < ROUNDS; round++)
      for (const server of processes.servers) {
        await server.restart()
        await haproxy.allUp()
      }
    writing = false
    await Promise.all(writers)
    const written = await processes.query<{ email: string }>('select email from org_invite')
    console.info(`writes acknowledged ${acknowledged.length}, lost ${lost.length}`)
    expect(lost).toEqual([])
    expect(new Set(written.map(({ email }) => email))).toEqual(new Set(acknowledged))
    expect(acknowledged.length).toBeGreaterThan(200)
  }, 300_000)
})

const INVITE = `mutation($orgId: ID!, $email: String!) {
  createOrgInvite(input: { orgId: $orgId, invitee: { email: $email }, sendEmail: false }) {
    __typename ... on CreateOrgInvitePayload { orgInvite { id } }
  }
}`
