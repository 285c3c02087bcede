import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { textOf } from '../../../packages/client/src/index.js'
import { WatchOrgDocument, type WatchOrgSubscription } from '../../../packages/client/src/operations/index.js'
import { type EventStreamOptions, resumingEventStream } from '../../../packages/client/src/sse.js'
import { type FaultyProxy, startFaultyProxy } from '../../faults/faultyProxy.js'
import { createOrg, invite, join, mutate } from '../../support/mutate.js'
import { type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

const bearer = ({ authorization = '' }: Client) => authorization.replace('Bearer ', '')
const query = textOf(WatchOrgDocument)

describe('subscriptions that resume over Server-Sent Events', () => {
  const testServer = useTestServer()
  let network: FaultyProxy
  let owner: TestPerson
  let orgId: string

  beforeEach(async () => {
    network = await startFaultyProxy(testServer.url)
    owner = await testServer.signUp()
    orgId = await createOrg(owner)
    return () => network.close()
  })

  async function newestCursor(): Promise<string> {
    const { data } = await owner.ask('query($orgId: ID!) { org(id: $orgId) { eventCursor } }', { orgId })
    return data.org.eventCursor
  }

  const open = (options: Partial<EventStreamOptions> = {}) =>
    resumingEventStream({
      url: new URL('/graphql', network.url).href,
      token: bearer(owner),
      ...options,
    })

  /** Subscribes from the org's newest event on. The list fills as events arrive. */
  async function watch(options: Partial<EventStreamOptions> = {}, text = query, from?: string) {
    const seen: number[] = []
    let end: unknown
    const stream = open(options)
    const stop = stream.subscribe<WatchOrgSubscription>(
      { query: text, variables: { orgId, after: from ?? (await newestCursor()) } },
      {
        next: ({ data }) => void seen.push(data?.orgEvents.seq ?? 0),
        error: (error) => {
          end = error
        },
        complete: () => {
          end = 'complete'
        },
      },
    )
    onTestFinished(stop)
    return { seen, end: () => end, stop, terminate: stream.terminate }
  }

  const happen = () => invite(owner, orgId, `${crypto.randomUUID()}@example.com`)
  const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 20 })
  const upTo = (last: number) => Array.from({ length: last - 2 }, (_, index) => index + 3)

  it('deliver every event once and in order while connections are cut', async () => {
    const { seen, end } = await watch()
    let last = 2
    for (let round = 0; round < 10; round++) {
      await happen()
      if (round % 2) await eventually(() => expect(seen).toEqual(upTo(last + 1)))
      network.cut()
      await happen()
      last += 2
    }
    await eventually(() => expect(seen).toEqual(upTo(last)))
    expect(end()).toBeUndefined()
  })

  it('deliver every event once and in order while the server is restarted', async () => {
    const { seen, end } = await watch()
    const { port } = new URL(testServer.url)
    for (let round = 0; round < 3; round++) {
      await happen()
      await testServer.stop(testServer.server)
      await testServer.startAnother({ env: { PORT: port } })
      await happen()
    }
    await eventually(() => expect(seen).toEqual(upTo(8)))
    expect(end()).toBeUndefined()
  })

  it('notice a connection that was forgotten on its way', async () => {
    const { seen } = await watch({ maxSilenceMs: 1_000 })
    await happen()
    await eventually(() => expect(seen).toEqual([3]))
    // The server pings more often than that, so silence alone is no reason to reconnect.
    network.forget()
    await happen()
    await eventually(() => expect(seen).toEqual([3, 4]))
  })

  it('do not reconnect while nothing happens', async () => {
    let connections = 0
    const token = () => {
      connections++
      return bearer(owner)
    }
    await watch({ maxSilenceMs: 1_000, token })
    await sleep(2_500)
    expect(connections).toBe(1)
  })

  it('go on with a fresh token if the server refuses the one they have', async () => {
    const refusals: unknown[] = []
    const token = (refused?: string) => {
      if (refused === undefined) return 'gh_outworn'
      refusals.push(refused)
      return bearer(owner)
    }
    const { seen } = await watch({ token })
    await happen()
    await eventually(() => expect(seen).toEqual([3]))
    expect(refusals).toEqual(['gh_outworn'])
  })

  it('go on with a fresh token if the one they have is revoked', async () => {
    const permissions = ['EVENT_READ', 'INVITE_READ']
    const input = { orgId, name: 'first', permissions }
    const made = await mutate(owner, 'createApiToken', input, 'secret apiToken { id }')
    const { seen } = await watch({ token: (refused) => (refused ? bearer(owner) : made.secret) })
    await happen()
    await eventually(() => expect(seen).toEqual([4]))
    await mutate(owner, 'revokeApiToken', { apiTokenId: made.apiToken.id })
    await happen()
    await eventually(() => expect(seen).toEqual([4, 5, 6]))
  })

  it.each([
    ['UNAUTHENTICATED', 'there is no fresh token', async () => watch({ token: 'gh_outworn' })],
    [
      'FORBIDDEN',
      'the right is lost',
      async () => {
        const admin = await testServer.signUp()
        await join(owner, orgId, admin, ['ADMIN'])
        const watching = await watch({ token: bearer(admin) })
        await happen()
        await eventually(() => expect(watching.seen).toHaveLength(1))
        await mutate(owner, 'removeOrgUser', { orgId, userId: admin.id })
        return watching
      },
    ],
    [
      'GRAPHQL_VALIDATION_FAILED',
      'the document is invalid',
      async () => watch({}, query.replace('cursor', 'curser')),
    ],
    ['BAD_USER_INPUT', 'the cursor is of another stream', async () => watch({}, query, 'elsewhere')],
  ])('end with %s if %s', async (code, _, act) => {
    const { end } = await act()
    await eventually(() => expect(end()).toMatchObject([{ extensions: { code } }]))
  })

  it('complete if the org is deleted', async () => {
    const { end } = await watch()
    await mutate(owner, 'deleteOrg', { orgId })
    await eventually(() => expect(end()).toBe('complete'))
  })

  it('can be read with `for await`, and end on the server when the loop ends', async () => {
    const variables = { orgId, after: await newestCursor() }
    await happen()
    await happen()
    const seen: unknown[] = []
    for await (const { data } of open().iterate<WatchOrgSubscription>({ query, variables })) {
      seen.push(data?.orgEvents.seq)
      if (seen.length === 2) break
    }
    expect(seen).toEqual([3, 4])
  })

  it('run a query once', async () => {
    const results: unknown[] = []
    for await (const { data } of open().iterate({ query: '{ viewer { id } }' })) results.push(data)
    expect(results).toEqual([{ viewer: { id: owner.id } }])
  })
})
