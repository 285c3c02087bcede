import { describe, expect, it } from 'vitest'
import { expireNow } from '../../support/expireNow.js'
import { inviteByLink, tokenOfLink } from '../../support/inviteByLink.js'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { createToken, orgPermissions, usePeople, without } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)
const newAddress = () => `${crypto.randomUUID()}@new.example`
const DAY_MS = 86_400_000

const fields = `orgInvite { id roles message status expiresAt createdAt delivery renews { id status } invitedBy { id } }
  acceptUrl`
const resend = (orgInviteId: string, input: Record<string, unknown> = {}, by: Client = people.owner) =>
  mutate(by, 'resendOrgInvite', { orgInviteId, ...input }, fields)
const preview = async (token: string) => {
  const { data } = await testServer.nobody.ask(
    'query($token: String!) { orgInvitePreview(token: $token) { status roles } }',
    {
      token,
    },
  )
  return data.orgInvitePreview
}

describe('a resend of a pending invite', () => {
  it('disables the old link at once and returns another one, valid for another week', async () => {
    const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
    const { orgInviteId, token } = await inviteByLink(
      testServer,
      orgId,
      { email: invitee.email },
      { expiresAt: new Date(Date.now() + DAY_MS).toISOString() },
    )
    expect(await preview(token)).toMatchObject({ status: 'PENDING' })

    const { orgInvite, acceptUrl } = await resend(orgInviteId, { sendEmail: false }, testServer.instance)

    expect(orgInvite).toMatchObject({ id: orgInviteId, status: 'PENDING', renews: null })
    const left = new Date(orgInvite.expiresAt).getTime() - Date.now()
    expect(left).toBeGreaterThan(7 * DAY_MS - 60_000)
    expect(left).toBeLessThan(7 * DAY_MS + 60_000)
    expect(await preview(token)).toBeNull()
    expect(await mutate(invitee, 'acceptOrgInvite', { invite: { token } })).toMatchObject({
      __typename: 'NotFoundError',
    })
    expect(await mutate(invitee, 'declineOrgInvite', { invite: { token } })).toMatchObject({
      __typename: 'NotFoundError',
    })
    expect(
      await mutate(invitee, 'acceptOrgInvite', { invite: { token: tokenOfLink(acceptUrl) } }),
    ).toMatchObject({ __typename: 'AcceptOrgInvitePayload' })
  })

  it('by a caller who gets no link leaves the invitee only the id to answer by', async () => {
    const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
    const { orgInviteId, token } = await inviteByLink(testServer, orgId, { email: invitee.email })
    const withoutLinks = await createToken(
      testServer,
      people.owner,
      without('INVITE_LINK', orgPermissions),
      orgId,
    )
    expect((await resend(orgInviteId, {}, withoutLinks)).acceptUrl).toBeNull()
    expect(await preview(token)).toBeNull()
    expect(await mutate(invitee, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
      __typename: 'AcceptOrgInvitePayload',
    })
  })

  it.each([
    ['nothing', {}, { roles: ['USER'], message: 'Come!' }],
    ['other roles', { roles: ['ADMIN', 'USER'] }, { roles: ['USER', 'ADMIN'], message: 'Come!' }],
    ['null for roles', { roles: null }, { roles: ['USER'], message: 'Come!' }],
    ['another message', { message: 'Come soon!' }, { roles: ['USER'], message: 'Come soon!' }],
    ['no message any more', { message: null }, { roles: ['USER'], message: null }],
  ] as const)('with %s changes only that', async (_what, input, expected) => {
    const orgId = await createOrg(people.owner)
    const orgInviteId = await invite(people.owner, orgId, newAddress(), { message: 'Come!' })
    expect((await resend(orgInviteId, input)).orgInvite).toMatchObject({
      ...expected,
      id: orgInviteId,
      invitedBy: { id: people.owner.id },
    })
    const { events } = await readOrg(people.owner, orgId)
    expect(events.nodes.at(-1)).toMatchObject({
      inviteEventType: 'RESENT',
      status: 'PENDING',
      previousStatus: 'PENDING',
      roles: expected.roles,
    })
  })

  it('grants the new roles, not the old ones', async () => {
    const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
    const { orgInviteId } = await inviteByLink(
      testServer,
      orgId,
      { email: invitee.email },
      { roles: ['OWNER'] },
    )
    const { acceptUrl } = await resend(
      orgInviteId,
      { roles: ['USER'], sendEmail: false },
      testServer.instance,
    )
    const result = await mutate(
      invitee,
      'acceptOrgInvite',
      { invite: { token: tokenOfLink(acceptUrl) } },
      'orgUser { roles }',
    )
    expect(result.orgUser.roles).toEqual(['USER'])
    const { events } = await readOrg(people.owner, orgId)
    // Each event keeps what was true at its time.
    expect(
      events.nodes
        .filter((event: { orgInviteId?: string }) => event.orgInviteId === orgInviteId)
        .map((event: { roles: string[] }) => event.roles),
    ).toEqual([['OWNER'], ['USER'], ['USER']])
  })

  it('to an address that is a member’s by now is refused', async () => {
    const [orgId, address] = [await createOrg(people.owner), newAddress()]
    const orgInviteId = await invite(people.owner, orgId, address)
    const member = await testServer.signUp({ issuedAt: 1_700_000_000 })
    await join(people.owner, orgId, member)
    await testServer.signUp({ subject: member.subject, name: member.name, email: address })
    expect(await resend(orgInviteId)).toMatchObject({ __typename: 'AlreadyOrgUserError' })
  })

  it('needs only INVITE_RESEND', async () => {
    const orgId = await createOrg(people.owner)
    const orgInviteId = await invite(people.owner, orgId, newAddress())
    const token = await createToken(testServer, people.owner, ['INVITE_RESEND'], orgId)
    expect(await resend(orgInviteId, { roles: ['ADMIN'] }, token)).toMatchObject({
      orgInvite: { id: orgInviteId, roles: ['ADMIN'] },
    })
  })

  it.each([
    ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['expiresAt', { expiresAt: new Date(Date.now() + 91 * DAY_MS).toISOString() }],
    ['roles', { roles: [] }],
    ['roles', { roles: Array(4).fill('USER') }],
    ['message', { message: 'x'.repeat(1_001) }],
  ])('is refused for an invalid %s, and the old link stays valid', async (path, input) => {
    const orgId = await createOrg(people.owner)
    const { orgInviteId, token } = await inviteByLink(testServer, orgId, { email: newAddress() })
    expect(await resend(orgInviteId, input)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path }],
    })
    expect(await preview(token)).toMatchObject({ status: 'PENDING' })
  })
})

describe('a resend of an expired invite', () => {
  const expiredInvite = async (input: Record<string, unknown> = {}, address = newAddress()) => {
    const orgId = await createOrg(people.owner)
    const { orgInviteId, token } = await inviteByLink(testServer, orgId, { email: address }, input)
    await expireNow(testServer, orgInviteId)
    return { orgId, orgInviteId, token }
  }

  it('creates a new invite that renews the old one, from the caller', async () => {
    const invitee = await testServer.signUp()
    const { orgId, orgInviteId, token } = await expiredInvite(
      { roles: ['ADMIN'], message: 'Come!' },
      invitee.email,
    )
    const { orgInvite } = await resend(orgInviteId)
    expect(orgInvite).toMatchObject({
      roles: ['ADMIN'],
      message: 'Come!',
      status: 'PENDING',
      renews: { id: orgInviteId, status: 'EXPIRED' },
      invitedBy: { id: people.owner.id },
    })
    expect(await preview(token)).toMatchObject({ status: 'EXPIRED' })
    expect(await mutate(invitee, 'acceptOrgInvite', { invite: { token } })).toMatchObject({
      __typename: 'OrgInviteNotPendingError',
      inviteStatus: 'EXPIRED',
    })
    expect(await mutate(invitee, 'acceptOrgInvite', { invite: { orgInviteId: orgInvite.id } })).toMatchObject(
      {
        __typename: 'AcceptOrgInvitePayload',
      },
    )
    const { inviteCounts } = await readOrg(people.owner, orgId)
    expect(inviteCounts).toMatchObject({ pending: 0, accepted: 1, expired: 1 })
  })

  it('can change the roles and the message', async () => {
    const { orgInviteId } = await expiredInvite({ roles: ['ADMIN'], message: 'Come!' })
    expect(await resend(orgInviteId, { roles: ['USER'], message: null })).toMatchObject({
      orgInvite: { roles: ['USER'], message: null },
    })
  })

  it('is refused while its renewal is pending, and if the invitee is a member by now', async () => {
    const invitee = await testServer.signUp()
    const { orgInviteId } = await expiredInvite({}, invitee.email)
    const { orgInvite: renewal } = await resend(orgInviteId)
    expect(await resend(orgInviteId)).toMatchObject({
      __typename: 'OrgInviteAlreadyPendingError',
      pendingInvite: { id: renewal.id },
    })
    await mutate(invitee, 'acceptOrgInvite', { invite: { orgInviteId: renewal.id } })
    expect(await resend(orgInviteId)).toMatchObject({ __typename: 'AlreadyOrgUserError' })
  })

  it('can be repeated, and each new invite names the one before', async () => {
    const { orgInviteId } = await expiredInvite()
    let last = orgInviteId
    for (let times = 0; times < 3; times++) {
      const { orgInvite } = await resend(last)
      expect(orgInvite.renews.id).toBe(last)
      last = orgInvite.id
      await expireNow(testServer, last)
    }
  })

  it('no longer names the old invite once that is deleted', async () => {
    const { orgInviteId } = await expiredInvite()
    const { orgInvite } = await resend(orgInviteId)
    await mutate(people.owner, 'deleteOrgInvite', { orgInviteId })
    const { data } = await people.owner.ask(
      'query($id: ID!) { orgInvite(id: $id) { status renews { id } } }',
      {
        id: orgInvite.id,
      },
    )
    expect(data.orgInvite).toEqual({ status: 'PENDING', renews: null })
  })
})
