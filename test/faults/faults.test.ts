import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSeed, type Random, seededRandom } from '../support/random.js'
import { ask, authorize } from '../support/testServer.js'
import { type ServerProcesses, startServerProcesses } from './serverProcesses.js'
import { follow } from './subscribers.js'

/** `npm run test:faults` sets this for the long run. */
const long = process.env.FAULTS === 'long'
const KILLS = long ? 30 : 3
const DATABASE_CRASHES = long ? 3 : 1
const LISTENER_CUTS = long ? 10 : 2
const SUBSCRIBERS = long ? 50 : 20
const WRITERS = 4

describe('when processes are killed and connections are cut', () => {
  let processes: ServerProcesses
  beforeAll(async () => {
    processes = await startServerProcesses(2)
  }, 120_000)
  afterAll(() => processes.close(), 60_000)

  it('no acknowledged write is lost, and each subscriber sees every event once and in order', async () => {
    const seed = newSeed()
    const random = seededRandom(seed)
    const owner = await authorize({ subject: 'faults|owner', email: 'owner@faults.example' })
    const orgId = await foundOrg(processes, owner)
    const [{ id: orgUuid } = { id: '' }] = await processes.query<{ id: string }>('select id from org')
    let writing = true
    const acknowledged: string[] = []
    let refused = 0

    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let n = 0; writing; n++) {
        const email = `w${writer}n${n}@faults.example`
        const server = random.pick(processes.servers)
        const answer = await ask(server.url, owner, INVITE, { orgId, email }).catch(() => null)
        if (answer?.data?.createOrgInvite?.orgInvite) acknowledged.push(email)
        else refused++
        await delay(answer ? 10 : 100)
      }
    })

    const subscribers = Array.from({ length: SUBSCRIBERS }, (_, n) =>
      follow(processes.servers, orgId, owner, n),
    )

    const faults = shuffled(random, [
      ...Array.from({ length: KILLS }, (_, n) => () => processes.servers[n % 2]?.killAndRestart()),
      ...Array.from({ length: DATABASE_CRASHES }, () => processes.crashDatabase),
      ...Array.from({ length: LISTENER_CUTS }, () => processes.cutListeners),
    ])
    for (const fault of faults) {
      await delay(500 + random.below(1_000))
      await fault()
    }
    await delay(1_000)
    writing = false
    await Promise.all(writers)

    const events = await processes.query<{ seq: number; email: string | null }>(
      `select e.seq, i.email from org_event e left join org_invite i on i.id = e.org_invite_id
       where e.org_id = $1 order by e.seq`,
      [orgUuid],
    )
    const newest = events.length
    await until(() => subscribers.every(({ seen }) => seen.at(-1)?.seq === newest), 30_000)
    for (const subscriber of subscribers) subscriber.stop()

    const written = new Set(events.map(({ email }) => email))
    const everyOne = Array.from({ length: newest }, (_, n) => n + 1)
    const lost = acknowledged.filter((email) => !written.has(email))
    const wrong = subscribers.filter(({ seen }) => seen.map(({ seq }) => seq).join() !== everyOne.join())
    console.info(
      `seed ${seed}; faults: ${faults.length} (${KILLS} kills), writes acknowledged ${acknowledged.length}, refused ${refused}, ` +
        `events ${newest} × ${SUBSCRIBERS} subscribers; lost ${lost.length}, wrong ${wrong.length}`,
    )
    expect(events.map(({ seq }) => seq)).toEqual(everyOne)
    expect(lost).toEqual([])
    expect(wrong.map(({ seen }) => seen.map(({ seq }) => seq))).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(50)
  }, 600_000)
})

const INVITE = `mutation($orgId: ID!, $email: String!) {
  createOrgInvite(input: { orgId: $orgId, invitee: { email: $email }, sendEmail: false }) {
    __typename ... on CreateOrgInvitePayload { orgInvite { id } }
  }
}`

async function foundOrg({ servers }: ServerProcesses, owner: string): Promise<string> {
  const { data } = await ask(
    servers[0]?.url ?? '',
    owner,
    'mutation { createOrg(input: { name: "Faults" }) { ... on CreateOrgPayload { org { id } } } }',
  )
  return data.createOrg.org.id
}

async function until(holds: () => boolean, ms: number): Promise<void> {
  const end = Date.now() + ms
  while (!holds() && Date.now() < end) await delay(50)
}

function shuffled<T>(random: Random, things: T[]): T[] {
  const rest = [...things]
  return things.map(() => rest.splice(random.below(rest.length), 1)[0] as T)
}
