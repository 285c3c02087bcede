import { describe, expect, it } from 'vitest'
import { createOrg, invite, join, mutate } from '../../support/mutate.js'
import { createOrgWith, createToken, usePeople } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

const userFields = `id name createdAt email emailVerified orgUsers { totalCount } orgInvites { totalCount }
  orgInviteEventCursor joinableOrgs { orgId }`
const whole = {
  id: expect.any(String),
  name: expect.any(String),
  createdAt: expect.any(String),
  email: expect.any(String),
  emailVerified: true,
  orgUsers: { totalCount: expect.any(Number) },
  orgInvites: { totalCount: expect.any(Number) },
  orgInviteEventCursor: expect.any(String),
  joinableOrgs: [],
}
const own = { orgInviteEventCursor: null, joinableOrgs: null }
const noLists = { orgUsers: null, orgInvites: null, ...own }
/** What others see of a user who is only named. */
const named = { ...whole, ...noLists, email: null, emailVerified: null }

const lookUp = async (client: Client, id: string) =>
  (await client.ask(`query($id: ID!) { user(id: $id) { ${userFields} } }`, { id })).data.user

describe('a user is visible', () => {
  it('in full to themselves', async () => {
    expect(await lookUp(people.user, people.user.id)).toEqual(whole)
    const { data } = await people.user.ask(`{ viewer { ${userFields} } }`)
    expect(data.viewer).toEqual(whole)
  })

  it('with their address, but without their other orgs and invites, to members of a shared org', async () => {
    await createOrgWith(people)
    expect(await lookUp(people.user, people.owner.id)).toEqual({ ...whole, ...noLists })
  })

  it('with everything but their inbox and the orgs that they may join to a token with USER_READ', async () => {
    const reader = await createToken(testServer, testServer.instance, ['USER_READ'])
    expect(await lookUp(reader, people.user.id)).toEqual({ ...whole, ...own })
  })

  it('no longer to former members of a shared org', async () => {
    const [one, other] = [await testServer.signUp(), await testServer.signUp()]
    const orgId = await createOrg(one)
    await join(one, orgId, other)
    expect(await lookUp(other, one.id)).not.toBeNull()
    await mutate(other, 'leaveOrg', { orgId })
    expect(await lookUp(other, one.id)).toBeNull()
    expect(await lookUp(one, other.id)).toBeNull()
  })

  it('by name only to somebody whom they invited, who cannot look them up', async () => {
    const invitee = await testServer.signUp()
    const orgId = await createOrg(people.owner)
    const id = await invite(people.owner, orgId, invitee.email)
    const { data } = await invitee.ask(
      `query($id: ID!) { orgInvite(id: $id) { invitedBy { ${userFields} } invitedUser { id } } }`,
      { id },
    )
    expect(data.orgInvite).toEqual({ invitedBy: named, invitedUser: { id: invitee.id } })
    expect(await lookUp(invitee, people.owner.id)).toBeNull()
  })

  it('by name only to a reader of an invite or an event that names them', async () => {
    const invitee = await testServer.signUp()
    const orgId = await createOrg(people.owner)
    const orgInviteId = await invite(people.owner, orgId, invitee.email)
    const reader = await createToken(
      testServer,
      people.owner,
      ['ORG_READ', 'INVITE_READ', 'EVENT_READ'],
      orgId,
    )
    const { data } = await reader.ask(
      `query($orgId: ID!, $id: ID!) {
        orgInvite(id: $id) { email invitedBy { ${userFields} } invitedUser { ${userFields} } }
        org(id: $orgId) { createdBy { ${userFields} } events { nodes {
          actor { ${userFields} } ... on OrgUserEvent { user { ${userFields} } }
        } } }
      }`,
      { orgId, id: orgInviteId },
    )
    expect(data.orgInvite).toEqual({ email: invitee.email, invitedBy: named, invitedUser: named })
    expect(data.org.createdBy).toEqual(named)
    const shown = data.org.events.nodes.flatMap((event: object) => Object.values(event))
    expect(shown).toEqual(Array.from({ length: 5 }, () => named))
    expect(await lookUp(reader, invitee.id)).toBeNull()
  })
})

describe('a search for members', () => {
  it('matches an address only if the viewer may see it, and a name for everybody who may read members', async () => {
    const member = await testServer.signUp()
    const orgId = await createOrg(people.owner)
    await join(people.owner, orgId, member)
    const reads = ['ORG_READ', 'MEMBER_READ']
    const found = async (client: Client, search: string) => {
      const { data } = await client.ask(
        `query($orgId: ID!, $search: String) { org(id: $orgId) {
          users(filter: { search: $search }) { totalCount nodes { user { name email } } } } }`,
        { orgId, search },
      )
      return data.org.users
    }
    const { name, email } = member
    const [none, blind, whole] = [
      { totalCount: 0, nodes: [] },
      { totalCount: 1, nodes: [{ user: { name, email: null } }] },
      { totalCount: 1, nodes: [{ user: { name, email } }] },
    ]
    for (const [client, byAddress, byName] of [
      [people.owner, whole, whole],
      [member, whole, whole],
      [await createToken(testServer, people.owner, reads, orgId), whole, whole],
      [await createToken(testServer, testServer.instance, [...reads, 'USER_READ']), whole, whole],
      [await createToken(testServer, testServer.instance, reads), none, blind],
    ] as const) {
      expect(await found(client, email)).toEqual(byAddress)
      expect(await found(client, email.slice(0, -3).toUpperCase())).toEqual(byAddress)
      expect(await found(client, name)).toEqual(byName)
    }
  })
})

/** Invites somebody new by their account. */
const byId = async () => {
  const invitee = await testServer.signUp()
  const orgId = await createOrgWith(people)
  const { orgInvite } = await mutate(
    people.owner,
    'createOrgInvite',
    { orgId, invitee: { userId: invitee.id } },
    'orgInvite { id email invitedUser { id email } }',
  )
  return { invitee, orgId, orgInvite }
}

describe('an invite by user id', () => {
  const search = async (client: Client, orgId: string, filter: Record<string, unknown>) => {
    const { data } = await client.ask(
      'query($orgId: ID!, $filter: OrgInviteFilter) { org(id: $orgId) { invites(filter: $filter) { totalCount } } }',
      { orgId, filter },
    )
    return data.org.invites.totalCount
  }

  it('hides the address from readers and searches that may not see it', async () => {
    const { invitee, orgId, orgInvite } = await byId()
    expect(orgInvite).toMatchObject({ email: null, invitedUser: { id: invitee.id, email: null } })
    expect(await search(people.admin, orgId, { email: invitee.email })).toBe(0)
    expect(await search(people.admin, orgId, { search: invitee.email.slice(0, 4) })).toBe(0)
    expect(await search(people.admin, orgId, { statuses: ['PENDING'] })).toBe(1)
  })

  it('shows the address to the invitee, to members of a shared org and to tokens with USER_READ', async () => {
    const { invitee, orgId, orgInvite } = await byId()
    await join(people.owner, await createOrg(people.owner), invitee)
    for (const client of [invitee, people.owner, testServer.instance]) {
      const { data } = await client.ask('query($id: ID!) { orgInvite(id: $id) { email } }', {
        id: orgInvite.id,
      })
      expect(data.orgInvite.email).toBe(invitee.email)
    }
    expect(await search(people.owner, orgId, { email: invitee.email.toUpperCase() })).toBe(1)
    expect(await search(people.admin, orgId, { email: invitee.email })).toBe(0)
  })
})

describe('an accepted invite by user id', () => {
  it('is found by its address only by a caller who may see that address', async () => {
    const { invitee, orgId, orgInvite } = await byId()
    await mutate(invitee, 'acceptOrgInvite', { invite: { orgInviteId: orgInvite.id } })
    const { email } = invitee
    for (const [client, shown] of [
      [await createToken(testServer, people.owner, ['ORG_READ', 'INVITE_READ', 'MEMBER_READ'], orgId), 1],
      [await createToken(testServer, people.owner, ['ORG_READ', 'INVITE_READ'], orgId), 0],
      [await createToken(testServer, testServer.instance, ['ORG_READ', 'INVITE_READ', 'MEMBER_READ']), 0],
    ] as const) {
      const { data } = await client.ask(
        `query($orgId: ID!, $email: String!) { org(id: $orgId) {
          invites(first: 1) { nodes { email } }
          byEmail: invites(filter: { email: $email }) { totalCount }
          bySearch: invites(filter: { search: $email }) { totalCount }
        } }`,
        { orgId, email },
      )
      expect(data.org).toEqual({
        invites: { nodes: [{ email: shown ? email : null }] },
        byEmail: { totalCount: shown },
        bySearch: { totalCount: shown },
      })
    }
  })
})

describe('an invitee', () => {
  it('sees the invite and its org’s name, and nothing of the org', async () => {
    const invitee = await testServer.signUp()
    const orgId = await createOrg(people.owner, { name: `Sees ${crypto.randomUUID()}` })
    const id = await invite(people.owner, orgId, invitee.email, { message: 'Come!', roles: ['ADMIN'] })
    const { data } = await invitee.ask(
      `query($id: ID!, $orgId: ID!) {
        orgInvite(id: $id) { orgName org { id } roles message status expiresAt renews { id }
          viewerCanAccept viewerCanDecline viewerCanRevoke viewerCanResend }
        org(id: $orgId) { id }
        viewer { orgInvites { nodes { id org { name } invitedBy { orgUsers { totalCount } } } } }
      }`,
      { id, orgId },
    )
    expect(data).toMatchObject({
      orgInvite: {
        orgName: expect.stringMatching(/^Sees /),
        org: null,
        roles: ['ADMIN'],
        message: 'Come!',
        viewerCanAccept: true,
        viewerCanDecline: true,
        viewerCanRevoke: false,
        viewerCanResend: false,
      },
      org: null,
      viewer: { orgInvites: { nodes: [{ id, org: null, invitedBy: { orgUsers: null } }] } },
    })
  })

  it('gets PermissionDeniedError when they manage the invite that they can see', async () => {
    const invitee = await testServer.signUp()
    const orgInviteId = await invite(people.owner, await createOrg(people.owner), invitee.email)
    for (const [mutation, permission] of [
      ['revokeOrgInvite', 'INVITE_REVOKE'],
      ['resendOrgInvite', 'INVITE_RESEND'],
      ['deleteOrgInvite', 'INVITE_DELETE'],
    ] as const)
      expect(await mutate(invitee, mutation, { orgInviteId })).toMatchObject({
        __typename: 'PermissionDeniedError',
        permission,
      })
  })

  it('whose address is not verified sees no invite', async () => {
    const unproven = await testServer.signUp({ verified: false })
    const id = await invite(people.owner, await createOrg(people.owner), unproven.email)
    const { data } = await unproven.ask(
      'query($id: ID!) { orgInvite(id: $id) { id } viewer { orgInvites { totalCount } } }',
      { id },
    )
    expect(data).toEqual({ orgInvite: null, viewer: { orgInvites: { totalCount: 0 } } })
  })
})

describe('a refusal', () => {
  it('names a thing only to a caller who may read it', async () => {
    const orgId = await createOrgWith(people)
    const email = `${crypto.randomUUID()}@named.example`
    const pending = await invite(people.owner, orgId, email)
    const blind = await createToken(testServer, people.owner, ['INVITE_CREATE'], orgId)

    for (const [client, pendingInvite] of [
      [people.admin, { id: pending }],
      [blind, null],
    ] as const)
      expect(await mutate(client, 'createOrgInvite', { orgId, invitee: { email } })).toMatchObject({
        __typename: 'OrgInviteAlreadyPendingError',
        pendingInvite,
      })
    for (const [client, existingOrgUser] of [
      [people.admin, { id: expect.any(String) }],
      [blind, null],
    ] as const)
      expect(
        await mutate(client, 'createOrgInvite', { orgId, invitee: { email: people.user.email } }),
      ).toMatchObject({ __typename: 'AlreadyOrgUserError', existingOrgUser })
  })
})
