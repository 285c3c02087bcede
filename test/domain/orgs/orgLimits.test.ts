import { describe, expect, it } from 'vitest'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { createToken, readEverything, usePeople } from '../../support/people.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({
  env: { FREE_SEATS: '3', FREE_PENDING_INVITES: '2', PREMIUM_SEATS: '6', PREMIUM_PENDING_INVITES: '5' },
})
const people = usePeople(testServer)
const newAddress = () => `${crypto.randomUUID()}@new.example`

const limits = 'org { limits { seats seatsUsed pendingInvites pendingInvitesUsed } }'
const update = (orgId: string, input: Record<string, unknown>) =>
  mutate(testServer.instance, 'updateOrg', { orgId, ...input }, limits)
const accept = async (orgId: string) => {
  const invitee = await testServer.signUp()
  const orgInviteId = await invite(people.owner, orgId, invitee.email)
  return mutate(invitee, 'acceptOrgInvite', { invite: { orgInviteId } })
}
const inviteSomebody = (orgId: string) =>
  mutate(people.owner, 'createOrgInvite', { orgId, invitee: { email: newAddress() } })
const newestEvent = async (orgId: string) => (await readOrg(testServer.instance, orgId)).events.nodes.at(-1)

describe('the limits of one org', () => {
  it('count instead of those of its tier, above them or below, until null returns to the tier', async () => {
    const orgId = await createOrg(people.owner)
    expect((await update(orgId, { seatLimit: 4, pendingInviteLimit: 1 })).org.limits).toEqual({
      seats: 4,
      seatsUsed: 1,
      pendingInvites: 1,
      pendingInvitesUsed: 0,
    })
    for (let more = 0; more < 3; more++)
      expect(await accept(orgId)).toMatchObject({ __typename: 'AcceptOrgInvitePayload' })
    expect(await accept(orgId)).toMatchObject({ __typename: 'LimitReachedError', limit: 4 })
    expect(await inviteSomebody(orgId)).toMatchObject({ __typename: 'LimitReachedError', limit: 1 })
    expect((await update(orgId, { pendingInviteLimit: null })).org.limits).toEqual({
      seats: 4,
      seatsUsed: 4,
      pendingInvites: 2,
      pendingInvitesUsed: 1,
    })
    expect(await inviteSomebody(orgId)).toMatchObject({ __typename: 'CreateOrgInvitePayload' })
    expect(await inviteSomebody(orgId)).toMatchObject({ __typename: 'LimitReachedError', limit: 2 })
    expect((await update(orgId, { tier: 'PREMIUM' })).org.limits).toMatchObject({
      seats: 4,
      pendingInvites: 5,
    })
    expect((await update(orgId, { seatLimit: null })).org.limits).toMatchObject({
      seats: 6,
      pendingInvites: 5,
    })
    expect(await accept(orgId)).toMatchObject({ __typename: 'AcceptOrgInvitePayload' })
  })

  it('remove nobody and revoke nothing if they are below what is used', async () => {
    const orgId = await createOrg(people.owner)
    await join(people.owner, orgId, people.user)
    await invite(people.owner, orgId, newAddress())
    expect((await update(orgId, { seatLimit: 0, pendingInviteLimit: 0 })).org.limits).toEqual({
      seats: 0,
      seatsUsed: 2,
      pendingInvites: 0,
      pendingInvitesUsed: 1,
    })
    expect(await inviteSomebody(orgId)).toMatchObject({ __typename: 'LimitReachedError', limit: 0 })
    const { data } = await people.owner.ask(
      'query($id: ID!) { org(id: $id) { users { totalCount } invites(filter: { statuses: [PENDING] }) { totalCount } } }',
      { id: orgId },
    )
    expect(data.org).toEqual({ users: { totalCount: 2 }, invites: { totalCount: 1 } })
  })

  it('also hold for invites in bulk and for people who sign up with an address in the org’s domain', async () => {
    const founder = await testServer.signUp()
    const orgId = await createOrg(founder, { bindEmailDomain: true })
    await update(orgId, { seatLimit: 1, pendingInviteLimit: 1 })
    const bulk = await mutate(
      founder,
      'createOrgInvites',
      { orgId, invitees: [{ email: newAddress() }, { email: newAddress() }] },
      'results { __typename }',
    )
    expect(bulk.results).toEqual([
      { __typename: 'CreateOrgInvitePayload' },
      { __typename: 'LimitReachedError' },
    ])
    const colleague = `colleague@${founder.email.split('@')[1]}`
    const newcomer = await testServer.signUp({ email: colleague })
    const { data } = await newcomer.ask('{ orgs { nodes { id } } }')
    expect(data.orgs.nodes).toEqual([])
  })

  it('are one event for a change, and none if nothing changes', async () => {
    const orgId = await createOrg(people.owner)
    await update(orgId, { seatLimit: 2, pendingInviteLimit: 7 })
    expect(await newestEvent(orgId)).toMatchObject({ seq: 3, orgEventType: 'LIMITS_CHANGED', actor: null })
    const before = await readEverything(testServer, orgId)
    await update(orgId, { seatLimit: 2, pendingInviteLimit: 7 })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    await update(orgId, { pendingInviteLimit: null })
    expect(await newestEvent(orgId)).toMatchObject({ seq: 4, orgEventType: 'LIMITS_CHANGED' })
    const { data } = await people.owner.ask(
      'query($id: ID!) { org(id: $id) { events(last: 2) { nodes { ... on OrgChangeEvent { summary } } } } }',
      { id: orgId },
    )
    expect(data.org.events.nodes).toEqual([
      { summary: 'Limits changed: seats from the tier’s to 2, pending invites from the tier’s to 7.' },
      { summary: 'Limits changed: pending invites from 7 to the tier’s.' },
    ])
  })

  it('are not negative', async () => {
    const orgId = await createOrg(people.owner)
    const before = await readEverything(testServer, orgId)
    expect(await update(orgId, { seatLimit: -1, pendingInviteLimit: -5, slug: 'No' })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'seatLimit' }, { path: 'pendingInviteLimit' }, { path: 'slug' }],
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('need ORG_MANAGE, for null too', async () => {
    const orgId = await createOrg(people.owner)
    for (const input of [{ seatLimit: 5 }, { seatLimit: null }, { pendingInviteLimit: null }])
      expect(await mutate(people.owner, 'updateOrg', { orgId, ...input })).toMatchObject({
        __typename: 'PermissionDeniedError',
        permission: 'ORG_MANAGE',
      })
    const manager = await createToken(testServer, testServer.instance, ['ORG_MANAGE'])
    expect((await mutate(manager, 'updateOrg', { orgId, seatLimit: null })).__typename).toBe(
      'UpdateOrgPayload',
    )
  })
})
