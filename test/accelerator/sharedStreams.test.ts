import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { Connection } from '../../src/http/sockets.js'
import { connect, rawSocket } from '../http/support/socket.js'
import { BUSY_MS } from '../support/busy.js'
import { createOrg, invite, join, mutate } from '../support/mutate.js'
import { createToken } from '../support/people.js'
import { expectNoPolling } from '../support/polling.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'

describe.each([
  ['with shared executions', 'streams'],
  ['with an execution each', 'none'],
])('streams %s:', (_, parts) => {
  const testServer = useTestServer({ env: { ACCELERATOR: parts } })

  interface Watching {
    results: Array<{ data?: Record<string, Record<string, unknown> | null> | null; errors?: unknown }>
    ended: Promise<readonly { extensions?: Record<string, unknown> }[] | undefined>
    stop: () => void
  }

  let opened: Promise<unknown> = Promise.resolve()

  /**
   * Subscribes to an org's events on a socket of the person's own. One after another, so that each
   * waits for its own subscription.
   */
  function watch(...[person, orgId, selection, after]: Parameters<typeof open>): Promise<Watching> {
    const watching = opened.then(() => open(person, orgId, selection, after))
    opened = watching.catch(() => {})
    return watching
  }

  async function open(
    person: TestPerson,
    orgId: string,
    selection: string,
    after?: string,
  ): Promise<Watching> {
    const socket = await connect(testServer.url, { authorization: person.authorization })
    const query = `subscription { orgEvents(orgId: "${orgId}"${after ? ` after: "${after}"` : ''}) { seq ${selection} } }`
    const subscribing = vi.spyOn(testServer.server.app.streams, 'org')
    const watching = socket.stream(query) as Watching
    await vi.waitFor(() => expect(subscribing).toHaveResolved(), { timeout: 5_000, interval: 2 })
    subscribing.mockRestore()
    return watching
  }

  async function received({ results, ended }: Watching, count: number) {
    let end: unknown
    ended.then(
      (errors) => {
        end = errors
      },
      (error) => {
        end = error
      },
    )
    for (let tries = 0; tries < 2_000 && results.length < count && !end; tries++) await delay(5)
    if (results.length !== count)
      throw new Error(`${results.length} of ${count} results: ${JSON.stringify(end)}`)
    return results.map(({ data, errors }) => {
      expect(errors).toBeUndefined()
      return data?.orgEvents
    })
  }

  async function orgWith(roles: Array<'USER' | 'ADMIN' | 'OWNER'>[]) {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const members: TestPerson[] = []
    for (const held of roles) {
      const person = await testServer.signUp()
      await join(owner, orgId, person, held)
      members.push(person)
    }
    return { owner, orgId, members }
  }

  /**
   * Counts statements outside transactions during `work`: those of resolvers, and a few from the
   * background.
   */
  async function readsOf(work: () => Promise<unknown>): Promise<number> {
    const query = vi.spyOn(testServer.server.app.database.pool, 'query')
    await work()
    const reads = query.mock.calls.length
    query.mockRestore()
    return reads
  }

  const everything = `
  occurredAt actor { name email } org { name viewerPermissions viewerAssignableRoles }
  ... on OrgInviteEvent {
    status roles orgInvite { email orgName status viewerCanRevoke viewerCanResend invitedBy { name email } }
  }
  ... on OrgUserEvent { roles user { name email } }
`

  describe('subscribers with the same document and the same rights', () => {
    test.runIf(parts === 'streams')(
      'cost no statement each: an event is executed once for all of them',
      { timeout: 60_000 },
      async () => {
        const { owner, orgId, members } = await orgWith(Array.from({ length: 12 }, () => ['ADMIN' as const]))
        const [first, ...others] = members
        if (!first) throw new Error('no member')
        const alone = await watch(first, orgId, everything)
        const forOne = await readsOf(async () => {
          await invite(owner, orgId, 'one@example.com')
          await received(alone, 1)
        })
        const watching = await Promise.all(others.map((person) => watch(person, orgId, everything)))
        const forAll = await readsOf(async () => {
          await invite(owner, orgId, 'two@example.com')
          for (const one of watching) await received(one, 1)
          await received(alone, 2)
        })
        expect(forOne).toBeGreaterThan(0)
        // Each of the eleven others would need at least five statements.
        expect(forAll).toBeLessThan(forOne + 9)
        const answers = await Promise.all(watching.map((one) => received(one, 1)))
        for (const answer of answers) expect(answer).toEqual([alone.results[1]?.data?.orgEvents])
        expect(answers[0]).toMatchObject([
          { actor: { email: owner.email }, orgInvite: { email: 'two@example.com', viewerCanRevoke: true } },
        ])
      },
    )

    test('see the API token behind an event if they may read it', async () => {
      const { owner, orgId, members } = await orgWith([['OWNER'], ['ADMIN'], ['ADMIN']])
      const watching = await Promise.all(
        [owner, ...members].map((one) => watch(one, orgId, 'actorToken { id }')),
      )
      const ofOrg = await createToken(testServer, testServer.instance, ['INVITE_CREATE'], orgId)
      const ofInstance = await createToken(testServer, testServer.instance, ['INVITE_CREATE'])
      await invite(ofOrg, orgId, 'one@example.com')
      await invite(ofInstance, orgId, 'two@example.com')
      const seen = await Promise.all(watching.map(async (one) => (await received(one, 3)).slice(1)))
      const [owners, admins] = [seen.slice(0, 2), seen.slice(2)]
      for (const events of owners)
        expect(events).toMatchObject([{ actorToken: { id: ofOrg.id } }, { actorToken: null }])
      for (const events of admins) expect(events).toMatchObject([{ actorToken: null }, { actorToken: null }])
    })

    test('share executions wherever each has resumed', async () => {
      const { owner, orgId, members } = await orgWith([['ADMIN'], ['ADMIN']])
      const { data } = await owner.ask(
        'query($id: ID!) { org(id: $id) { events(first: 3) { edges { cursor } } } }',
        {
          id: orgId,
        },
      )
      const cursors = data.org.events.edges.map(({ cursor }: { cursor: string }) => cursor)
      const watching = await Promise.all(
        members.map((person, index) => watch(person, orgId, 'cursor', cursors[index])),
      )
      await invite(owner, orgId, 'resumed@example.com')
      // createOrg: 2. Each join: invited, accepted, joined. And the invite.
      const newest = 2 + 2 * 3 + 1
      for (const [index, one] of watching.entries()) {
        const seqs = (await received(one, newest - index - 1)).map((event) => event?.seq)
        expect(seqs).toEqual(Array.from({ length: newest - index - 1 }, (_, at) => at + index + 2))
      }
    })
  })

  describe('no subscriber gets an answer that was made for another', () => {
    test('with other variables: null and a missing variable are different', async () => {
      const { orgId, members } = await orgWith([['ADMIN'], ['ADMIN']])
      const query = `subscription($orgId: ID!, $x: Boolean = true) { orgEvents(orgId: $orgId) { seq id @include(if: $x) } }`
      const streams = await Promise.all(
        members.map(async ({ authorization }, index) => {
          const socket = await connect(testServer.url, { authorization })
          return socket.stream(query, index === 0 ? { orgId, x: null } : { orgId }) as Watching
        }),
      )
      await delay(300)
      await invite(members[0] as TestPerson, orgId, 'variables@example.com')
      await vi.waitFor(() => expect(streams.map(({ results }) => results.length)).toEqual([1, 1]), 5_000)
      expect(
        streams.map(({ results: [first] }) => [first?.data?.orgEvents === undefined, !first?.errors]),
      ).toEqual([
        [true, false],
        [false, true],
      ])
    })

    test('with another rank: an admin and an owner each see what they may do themselves', async () => {
      const { owner, orgId, members } = await orgWith([['ADMIN']])
      const [admin] = members
      if (!admin) throw new Error('no admin')
      const selection =
        '... on OrgInviteEvent { orgInvite { viewerCanRevoke } } org { viewerAssignableRoles }'
      const [asOwner, asAdmin] = [await watch(owner, orgId, selection), await watch(admin, orgId, selection)]
      await mutate(owner, 'createOrgInvite', {
        orgId,
        invitee: { email: 'boss@example.com' },
        roles: ['OWNER'],
      })
      expect(await received(asOwner, 1)).toMatchObject([
        { orgInvite: { viewerCanRevoke: true }, org: { viewerAssignableRoles: ['USER', 'ADMIN', 'OWNER'] } },
      ])
      expect(await received(asAdmin, 1)).toMatchObject([
        { orgInvite: { viewerCanRevoke: false }, org: { viewerAssignableRoles: ['USER', 'ADMIN'] } },
      ])
    })

    test('with another identity: each sees their own membership, though the rights are the same', async () => {
      const { owner, orgId, members } = await orgWith([['ADMIN'], ['ADMIN'], ['ADMIN']])
      const watching = await Promise.all(
        members.map((person) => watch(person, orgId, 'org { viewerOrgUser { user { id } } }')),
      )
      await invite(owner, orgId, 'somebody@example.com')
      for (const [index, one] of watching.entries())
        expect(await received(one, 1)).toMatchObject([
          { org: { viewerOrgUser: { user: { id: members[index]?.id } } } },
        ])
    })

    test('with other addresses visible: only members of a shared org see a former member’s', async () => {
      const { owner, orgId, members } = await orgWith([['ADMIN'], ['ADMIN'], ['USER']])
      const [stranger, friend, leaver] = members
      if (!stranger || !friend || !leaver) throw new Error('no members')
      const other = await createOrg(friend)
      await join(friend, other, leaver, ['USER'])
      const selection = '... on OrgUserEvent { memberEventType user { email } }'
      const watching = [stranger, friend, owner].map((person) => watch(person, orgId, selection))
      const [asStranger, asFriend, asOwner] = await Promise.all(watching)
      await mutate(leaver, 'leaveOrg', { orgId })
      const left = (email: string | null) => [{ memberEventType: 'LEFT', user: { email } }]
      if (!asStranger || !asFriend || !asOwner) throw new Error('not watching')
      expect(await received(asStranger, 1)).toMatchObject(left(null))
      expect(await received(asFriend, 1)).toMatchObject(left(leaver.email))
      expect(await received(asOwner, 1)).toMatchObject(left(null))
    })

    test('with other variables: each gets what they asked for', async () => {
      const { owner, orgId, members } = await orgWith([['ADMIN'], ['ADMIN']])
      const query =
        'subscription($orgId: ID!, $named: Boolean!) { orgEvents(orgId: $orgId) { seq org @include(if: $named) { name } } }'
      const sockets = await Promise.all(
        members.map((person) => connect(testServer.url, { authorization: person.authorization })),
      )
      const watching = sockets.map(({ client }, index) => {
        const results: unknown[] = []
        client.subscribe(
          { query, variables: { orgId, named: index === 0 } },
          { next: (result) => results.push(result.data), error: () => {}, complete: () => {} },
        )
        return results
      })
      await delay(200)
      await invite(owner, orgId, 'variables@example.com')
      for (let tries = 0; tries < 400 && watching.some(({ length }) => length === 0); tries++) await delay(5)
      expect(watching[0]).toMatchObject([{ orgEvents: { org: { name: expect.any(String) } } }])
      expect(watching[1]).toEqual([{ orgEvents: { seq: expect.any(Number) } }])
    })
  })

  describe('a subscriber who shares executions', () => {
    test('gets FORBIDDEN within 1 s after losing the right, and the others and their own socket are not affected', async () => {
      const { owner, orgId, members } = await orgWith([['ADMIN'], ['ADMIN']])
      const [leaves, stays] = members
      if (!leaves || !stays) throw new Error('no members')
      const going = await watch(leaves, orgId, everything)
      const staying = await watch(stays, orgId, everything)
      await invite(owner, orgId, 'before@example.com')
      await received(going, 1)
      await mutate(owner, 'removeOrgUser', { orgId, userId: leaves.id })
      const removed = performance.now()
      expect(await going.ended).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
      expect(performance.now() - removed).toBeLessThan(1_000 + BUSY_MS)
      await invite(owner, orgId, 'after@example.com')
      expect(await received(staying, 3)).toHaveLength(3)
      expect(going.results).toHaveLength(1)
    })

    test.runIf(parts === 'streams')(
      'does not lose an answer when the socket of another one breaks during a write',
      async () => {
        const { owner, orgId, members } = await orgWith([['ADMIN']])
        const [member = owner] = members
        const broken = vi.spyOn(Connection.prototype, 'delivery').mockReturnValueOnce(() => {
          throw new Error('a socket that breaks')
        })
        const first = await watch(owner, orgId, 'seq')
        broken.mockRestore()
        const second = await watch(member, orgId, 'seq')
        await invite(owner, orgId, 'behind@example.com')
        expect(await received(second, 1)).toHaveLength(1)
        expect(await first.ended).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
      },
    )

    test('gets answers under the operation id that they chose, whatever it looks like', async () => {
      const { owner, orgId } = await orgWith([])
      const raw = rawSocket(testServer.url)
      await raw.opened
      raw.send({ type: 'connection_init', payload: { authorization: owner.authorization } })
      for (let tries = 0; tries < 400 && raw.messages.length === 0; tries++) await delay(5)
      const ids = ['1', 'a "quoted" id\n', 'ünïcode 😀', '\\']
      for (const id of ids)
        raw.send({
          id,
          type: 'subscribe',
          payload: { query: `subscription { orgEvents(orgId: "${orgId}") { seq } }` },
        })
      await delay(200)
      await invite(owner, orgId, 'ids@example.com')
      const nexts = () => raw.messages.filter(({ type }) => type === 'next')
      for (let tries = 0; tries < 400 && nexts().length < ids.length; tries++) await delay(5)
      expect(new Set(nexts().map(({ id }) => id))).toEqual(new Set(ids))
      expect(nexts().map(({ payload }) => payload)).toEqual(
        ids.map(() => ({ data: { orgEvents: { seq: 3 } } })),
      )
      for (const id of ids) raw.send({ id, type: 'complete' })
    })

    test('catches up on their own after a late resume, and then gets new events', async () => {
      const { owner, orgId } = await orgWith([])
      for (let n = 0; n < 120; n++)
        await mutate(owner, 'updateOrg', { orgId, name: `${n} ${orgId.slice(0, 60)}` })
      const { data } = await owner.ask(
        'query($id: ID!) { org(id: $id) { events(first: 1) { edges { cursor } } } }',
        { id: orgId },
      )
      const watching = await watch(owner, orgId, 'cursor', data.org.events.edges[0].cursor)
      await received(watching, 121)
      await invite(owner, orgId, 'live@example.com')
      const seqs = (await received(watching, 122)).map((event) => event?.seq)
      expect(seqs).toEqual(Array.from({ length: 122 }, (_, at) => at + 2))
    })

    test('gets the last events of a deleted org, and then its end', async () => {
      const { owner, orgId } = await orgWith([])
      for (let n = 0; n < 5; n++) await invite(owner, orgId, `guest${n}@example.com`)
      const raw = rawSocket(testServer.url)
      await raw.opened
      raw.send({ type: 'connection_init', payload: { authorization: owner.authorization } })
      for (let tries = 0; tries < 400 && raw.messages.length === 0; tries++) await delay(5)
      const query = `subscription { orgEvents(orgId: "${orgId}") { seq } }`
      raw.send({ id: 'last', type: 'subscribe', payload: { query } })
      await delay(200)
      await mutate(owner, 'deleteOrg', { orgId })
      const over = () => raw.messages.some(({ type }) => type !== 'next' && type !== 'connection_ack')
      for (let tries = 0; tries < 2_000 && !over(); tries++) await delay(5)
      type Event = { data: { orgEvents: { seq: number } } }
      const told = raw.messages
        .slice(1)
        .map(({ type, payload }) => (payload as Event | undefined)?.data.orgEvents.seq ?? type)
      // createOrg: 2. Five invites, each revoked, and the org's own end.
      expect(told).toEqual([8, 9, 10, 11, 12, 13, 'complete'])
    })

    test('may disconnect at any moment while they subscribe', async () => {
      const { owner, orgId } = await orgWith([])
      const query = `subscription { orgEvents(orgId: "${orgId}") { seq } }`
      const goAway = async (afterMs: number) => {
        const raw = rawSocket(testServer.url)
        await raw.opened
        raw.send({ type: 'connection_init', payload: { authorization: owner.authorization } })
        for (let tries = 0; tries < 400 && raw.messages.length === 0; tries++) await delay(5)
        raw.send({ id: 'gone', type: 'subscribe', payload: { query } })
        await delay(afterMs)
        raw.socket.terminate()
      }
      await Promise.all(Array.from({ length: 30 }, (_, ms) => goAway(ms)))
      await expectNoPolling()
    })
  })

  test('nothing of the streams is left once everybody has disconnected', async () => {
    await expectNoPolling()
  })
})
