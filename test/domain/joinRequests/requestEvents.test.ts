import { describe, expect, it } from 'vitest'
import { connect } from '../../http/support/socket.js'
import { approve, askedBy, decline, newAsker, requestToJoin, withdraw } from '../../support/joinRequests.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { createToken, usePeople } from '../../support/people.js'
import { ask, type Client, useTestServer } from '../../support/testServer.js'

const selection = `__typename seq cursor actor { id }
  ... on OrgJoinRequestEvent {
    joinRequestEventType orgJoinRequestId user { id name email }
    orgJoinRequest { id message status viewerCanApprove user { id } }
  }`

describe.each([
  ['the whole accelerator', undefined],
  ['shared streams alone', 'streams'],
  ['compiled queries alone', 'executor'],
  ['SQL for reads alone', 'reads'],
  ['the plain path', 'none'],
])('the events of join requests, on %s,', (_lane, parts) => {
  const testServer = useTestServer({ ...(parts && { env: { ACCELERATOR: parts } }) })
  const people = usePeople(testServer)

  it('are in the history, and in streams that follow live or catch up, on another server too', async () => {
    const other = await testServer.startAnother()
    const orgId = await createOrg(people.owner)
    const document = `query($id: ID!, $after: String) { org(id: $id) { events(first: 100, after: $after) { nodes { ${selection} } } } }`
    const { data } = await people.owner.ask('query($id: ID!) { org(id: $id) { eventCursor } }', { id: orgId })
    const after: string = data.org.eventCursor
    const subscription = `subscription($id: ID!, $after: String) { orgEvents(orgId: $id, after: $after) { ${selection} } }`
    const watch = async (url: string, { authorization }: Client) =>
      (await connect(url, { authorization })).stream(subscription, { id: orgId, after })
    const reader = await createToken(testServer, people.owner, ['EVENT_READ'], orgId)
    const live = [await watch(testServer.url, people.owner), await watch(other.url, people.owner)]

    const declined = await askedBy(testServer, orgId)
    await decline(people.owner, declined.orgJoinRequestId)
    const withdrawn = await askedBy(testServer, orgId)
    await withdraw(withdrawn.person, withdrawn.orgJoinRequestId)
    const approved = await askedBy(testServer, orgId)
    await approve(people.owner, approved.orgJoinRequestId)
    const auto = await newAsker(testServer, orgId, 'AUTO')
    await requestToJoin(auto, orgId)

    const read = async (url: string, { authorization }: Client) => {
      const answer = await ask(url, authorization, document, { id: orgId, after })
      expect(answer.errors).toBeUndefined()
      return answer.data.org.events.nodes as Array<Record<string, unknown>>
    }
    // A query is compiled at its third request.
    for (let times = 0; times < 3; times++) await read(testServer.url, people.owner)
    const told = await read(testServer.url, people.owner)
    const caughtUp = await watch(testServer.url, people.owner)
    const ofReader = await watch(other.url, reader)
    for (const { results } of [...live, caughtUp, ofReader])
      await expect.poll(() => results.length, { timeout: 10_000 }).toBe(told.length)

    const by = (person: { id: string } | null) => (person ? { id: person.id } : null)
    const event = (
      joinRequestEventType: string,
      actor: { id: string } | null,
      { id, name }: { id: string; name: string },
      status: string,
      email: string | null = null,
    ) => ({
      __typename: 'OrgJoinRequestEvent',
      joinRequestEventType,
      actor: by(actor),
      user: { id, name, email },
      orgJoinRequest: { status, message: null, viewerCanApprove: false, user: { id } },
    })
    const joined = { __typename: 'OrgUserEvent' }
    const { owner } = people
    expect(told.filter(({ __typename }) => __typename !== 'OrgChangeEvent')).toMatchObject([
      event('REQUESTED', declined.person, declined.person, 'DECLINED'),
      event('DECLINED', owner, declined.person, 'DECLINED'),
      event('REQUESTED', withdrawn.person, withdrawn.person, 'WITHDRAWN'),
      event('WITHDRAWN', withdrawn.person, withdrawn.person, 'WITHDRAWN'),
      event('REQUESTED', approved.person, approved.person, 'APPROVED', approved.person.email),
      event('APPROVED', owner, approved.person, 'APPROVED', approved.person.email),
      joined,
      event('REQUESTED', auto, auto, 'APPROVED', auto.email),
      event('APPROVED', null, auto, 'APPROVED', auto.email),
      joined,
    ])
    expect(told.slice(1).map(({ seq }) => seq)).toEqual(told.slice(0, -1).map(({ seq }) => Number(seq) + 1))
    const events = (results: readonly { data?: unknown }[]) =>
      results.map(({ data }) => (data as { orgEvents: Record<string, unknown> }).orgEvents)
    expect(events(caughtUp.results)).toEqual(told)
    // A live event shows what was there when it was sent.
    const fixed = (list: Array<Record<string, unknown>>) =>
      list.map(({ orgJoinRequest: _now, user: _seen, ...event }) => event)
    for (const { results } of live) expect(fixed(events(results))).toEqual(fixed(told))
    // EVENT_READ alone shows the event, but not the request.
    for (const { __typename, orgJoinRequest, user } of events(ofReader.results))
      if (__typename === 'OrgJoinRequestEvent') {
        expect(orgJoinRequest).toBeNull()
        expect(user).toMatchObject({ email: null, name: expect.any(String) })
      }
  }, 60_000)
})

describe('the events of join requests', () => {
  const testServer = useTestServer()
  const people = usePeople(testServer)

  it('reach nobody without EVENT_READ, and are not among the events of invites', async () => {
    const orgId = await createOrg(people.owner)
    const { data } = await people.owner.ask('query($id: ID!) { org(id: $id) { eventCursor } }', { id: orgId })
    const after: string = data.org.eventCursor
    const { person, orgJoinRequestId } = await askedBy(testServer, orgId)
    const stranger = (await connect(testServer.url, { authorization: person.authorization })).stream(
      'subscription($id: ID!) { orgEvents(orgId: $id) { seq } }',
      { id: orgId },
    )
    await stranger.ended
    expect(stranger.results[0]?.errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    await approve(people.owner, orgJoinRequestId)
    const invites = (await connect(testServer.url, { authorization: people.owner.authorization })).stream(
      'subscription($id: ID!, $after: String) { orgInviteEvents(orgId: $id, after: $after) { inviteEventType } }',
      { id: orgId, after },
    )
    await mutate(people.owner, 'createOrgInvite', { orgId, invitee: { email: 'last@guests.example' } })
    await expect.poll(() => invites.results.length, { timeout: 10_000 }).toBe(1)
    expect(invites.results).toEqual([{ data: { orgInviteEvents: { inviteEventType: 'CREATED' } } }])
  }, 30_000)
})
