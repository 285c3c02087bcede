import { describe, expect, it } from 'vitest'
import { expireNow } from '../../support/expireNow.js'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { createToken, usePeople } from '../../support/people.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_PENDING_INVITES: '3', FREE_SEATS: '2' } })
const people = usePeople(testServer)
const newAddress = () => `${crypto.randomUUID()}@new.example`
const DAY_MS = 86_400_000

const fields = `orgInvite { id email roles status message expiresAt createdAt delivery sendCount lastSentAt
  resolvedAt renews { id } invitedBy { id } invitedUser { id } } acceptUrl`
const create = (input: Record<string, unknown>, by = people.owner) =>
  mutate(by, 'createOrgInvite', { invitee: { email: newAddress() }, ...input }, fields)

describe('an invite', () => {
  it('grants USER for seven days by default, and sends no mail where mail is not configured', async () => {
    const orgId = await createOrg(people.owner)
    const { orgInvite, acceptUrl } = await create({ orgId, invitee: { email: ' Some.Body@Example.COM ' } })
    expect(orgInvite).toEqual({
      id: expect.any(String),
      email: 'some.body@example.com',
      roles: ['USER'],
      status: 'PENDING',
      message: null,
      createdAt: expect.any(String),
      expiresAt: new Date(new Date(orgInvite.createdAt).getTime() + 7 * DAY_MS).toISOString(),
      delivery: 'NOT_SENT',
      sendCount: 0,
      lastSentAt: null,
      resolvedAt: null,
      renews: null,
      invitedBy: { id: people.owner.id },
      invitedUser: null,
    })
    expect(acceptUrl).toMatch(/\/invites\/gt_[\w-]{43}$/)
    const { events } = await readOrg(people.owner, orgId)
    expect(events.nodes.at(-1)).toMatchObject({
      inviteEventType: 'CREATED',
      orgInviteId: orgInvite.id,
      status: 'PENDING',
      previousStatus: null,
      roles: ['USER'],
      actor: { id: people.owner.id },
    })
  })

  it('from a token has no inviter, and its event has no actor', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, people.owner, ['INVITE_CREATE'], orgId)
    const result = await mutate(token, 'createOrgInvite', { orgId, invitee: { email: newAddress() } }, fields)
    expect(result.orgInvite.invitedBy).toBeNull()
    expect((await readOrg(people.owner, orgId)).events.nodes.at(-1).actor).toBeNull()
  })

  it('lists each role once, lowest first', async () => {
    const orgId = await createOrg(people.owner)
    const { orgInvite } = await create({ orgId, roles: ['OWNER', 'USER', 'OWNER'] })
    expect(orgInvite.roles).toEqual(['USER', 'OWNER'])
  })

  it('keeps a message of up to 1,000 characters, however many bytes they take', async () => {
    const orgId = await createOrg(people.owner)
    const message = `Zürich\r\n${'😀'.repeat(900)}`
    expect((await create({ orgId, message })).orgInvite.message).toBe(message.replace('\r\n', '\n'))
    expect((await create({ orgId, message: '  ' })).orgInvite.message).toBeNull()
  })

  it('lasts at most 90 days', async () => {
    const orgId = await createOrg(people.owner)
    const longest = new Date(Date.now() + 90 * DAY_MS - 60_000).toISOString()
    expect((await create({ orgId, expiresAt: longest })).orgInvite.expiresAt).toBe(longest)
  })

  it.each([
    ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['expiresAt', { expiresAt: new Date(Date.now() + 90 * DAY_MS + 60_000).toISOString() }],
    ['expiresAt', { expiresAt: '9999-12-31T23:59:59Z' }],
    ['roles', { roles: [] }],
    ['roles', { roles: Array(4).fill('USER') }],
    ['message', { message: '😀'.repeat(1_001) }],
    ['message', { message: 'bell \u0007' }],
    ['message', { message: 'over \u202e ride' }],
    ['invitee.email', { invitee: { email: '' } }],
    ['invitee.email', { invitee: { email: 'nobody' } }],
    ['invitee.email', { invitee: { email: 'a@b@c.example' } }],
    ['invitee.email', { invitee: { email: 'mıke@acme.example' } }],
    ['invitee.email', { invitee: { email: '"quoted"@acme.example' } }],
    ['invitee.email', { invitee: { email: 'com(ment)@acme.example' } }],
    ['invitee.email', { invitee: { email: 'Mike <mike@acme.example>' } }],
    ['invitee.email', { invitee: { email: 'mike@acme.example\r\nBcc: all@acme.example' } }],
    ['invitee.email', { invitee: { email: 'mike@acme.example, eve@acme.example' } }],
    ['invitee.email', { invitee: { email: `${'m'.repeat(65)}@acme.example` } }],
    ['invitee.email', { invitee: { email: 'mike@[127.0.0.1]' } }],
    ['invitee.email', { invitee: { email: 'mike\0@acme.example' } }],
  ])('is refused for an invalid %s: %j', async (path, input) => {
    const orgId = await createOrg(people.owner)
    expect(await create({ orgId, ...input })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path }],
    })
    expect((await readOrg(people.owner, orgId)).invites.nodes).toEqual([])
  })

  it('is refused with all issues at once', async () => {
    const orgId = await createOrg(people.owner)
    const { issues } = await create({
      orgId,
      invitee: { email: 'nobody' },
      roles: [],
      expiresAt: '2020-01-01T00:00:00Z',
      message: 'x'.repeat(1_001),
    })
    expect(issues.map(({ path }: { path: string }) => path).sort()).toEqual([
      'expiresAt',
      'invitee.email',
      'message',
      'roles',
    ])
  })

  it.each([
    {},
    { email: 'a@b.example', userId: 'x' },
    { email: null },
    { email: 'a@b.example', userId: null },
  ])('needs exactly one of address and user: %j is BAD_USER_INPUT', async (invitee) => {
    const orgId = await createOrg(people.owner)
    await expect(create({ orgId, invitee })).rejects.toThrow('"code":"BAD_USER_INPUT"')
  })

  it('needs configured mail only if it asks for a mail', async () => {
    const orgId = await createOrg(people.owner)
    expect((await create({ orgId, sendEmail: false })).orgInvite.delivery).toBe('NOT_SENT')
    expect((await create({ orgId, sendEmail: null })).orgInvite.delivery).toBe('NOT_SENT')
    expect(await create({ orgId, sendEmail: true })).toMatchObject({ __typename: 'EmailNotConfiguredError' })
  })
})

describe('a second pending invite', () => {
  it.each([
    ['mike@case.example', 'MIKE@Case.Example'],
    ['mike@bücher.example', 'mike@xn--bcher-kva.example'],
    ['mike@xn--bcher-kva.example', 'Mike@BÜCHER.example'],
    ['mike@buücher.example', 'mike@bu\u0075\u0308cher.example'],
  ])('to %s is refused as the same address as %s', async (one, other) => {
    const orgId = await createOrg(people.owner)
    const pending = await invite(people.owner, orgId, one)
    expect(await create({ orgId, invitee: { email: other } })).toMatchObject({
      __typename: 'OrgInviteAlreadyPendingError',
      pendingInvite: { id: pending },
    })
  })

  it.each([
    ['mike@tag.example', 'mike+tag@tag.example'],
    ['mike@tag.example', 'm.ike@tag.example'],
    ['mike@tag.example', 'mike@sub.tag.example'],
  ])('to %s is allowed beside %s', async (one, other) => {
    const orgId = await createOrg(people.owner)
    await invite(people.owner, orgId, one)
    expect((await create({ orgId, invitee: { email: other } })).orgInvite.email).toBe(other)
  })

  it('to one address is allowed in another org', async () => {
    const email = newAddress()
    for (const orgId of [await createOrg(people.owner), await createOrg(people.owner)])
      expect(await create({ orgId, invitee: { email } })).toMatchObject({ orgInvite: { status: 'PENDING' } })
  })

  it('is refused whether the invites name the address or the user', async () => {
    const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
    await create({ orgId, invitee: { userId: invitee.id } })
    expect(await create({ orgId, invitee: { email: invitee.email } })).toMatchObject({
      __typename: 'OrgInviteAlreadyPendingError',
    })
    expect(await create({ orgId, invitee: { userId: invitee.id } })).toMatchObject({
      __typename: 'OrgInviteAlreadyPendingError',
    })
  })

  it.each(['declined', 'revoked', 'expired', 'accepted and removed', 'accepted and left'])(
    'is allowed once the first is %s',
    async (how) => {
      const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
      const orgInviteId = await invite(people.owner, orgId, invitee.email)
      const byId = { invite: { orgInviteId } }
      if (how === 'declined') await mutate(invitee, 'declineOrgInvite', byId)
      if (how === 'revoked') await mutate(people.owner, 'revokeOrgInvite', { orgInviteId })
      if (how === 'expired') await expireNow(testServer, orgInviteId)
      if (how.startsWith('accepted')) await mutate(invitee, 'acceptOrgInvite', byId)
      if (how.endsWith('removed')) await mutate(people.owner, 'removeOrgUser', { orgId, userId: invitee.id })
      if (how.endsWith('left')) await mutate(invitee, 'leaveOrg', { orgId })

      await join(people.owner, orgId, invitee)
    },
  )
})

describe('a member', () => {
  it('cannot be invited, by address or by user id', async () => {
    const orgId = await createOrg(people.owner)
    await join(people.owner, orgId, people.user)
    for (const invitee of [{ email: people.user.email.toUpperCase() }, { userId: people.user.id }])
      expect(await create({ orgId, invitee })).toMatchObject({
        __typename: 'AlreadyOrgUserError',
        existingOrgUser: { id: expect.any(String) },
      })
  })
})

describe('an invite by user id', () => {
  it('goes to the user’s address and names the user', async () => {
    const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
    const { orgInvite } = await mutate(
      testServer.instance,
      'createOrgInvite',
      { orgId, invitee: { userId: invitee.id } },
      fields,
    )
    expect(orgInvite).toMatchObject({ email: invitee.email, invitedUser: { id: invitee.id } })
  })

  it('is NotFoundError for an unknown user and InvalidInputError for a user without an address', async () => {
    const orgId = await createOrg(people.owner)
    const withoutAddress = await testServer.signUp({ email: null })
    for (const userId of ['nonsense', orgId, btoa('User:0190f5a0-1234-7abc-8def-000000000001')])
      expect(await create({ orgId, invitee: { userId } })).toMatchObject({ __typename: 'NotFoundError' })
    expect(await create({ orgId, invitee: { userId: withoutAddress.id } })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'invitee.userId' }],
    })
  })
})

describe('the limit of pending invites', () => {
  it('is reported in the refusal, and every invite that ends makes room', async () => {
    const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
    const [first, second] = [
      await invite(people.owner, orgId, newAddress()),
      await invite(people.owner, orgId, newAddress()),
    ]
    await invite(people.owner, orgId, invitee.email)
    const full = { __typename: 'LimitReachedError', limit: 3 }
    expect(await create({ orgId })).toMatchObject(full)

    await mutate(people.owner, 'revokeOrgInvite', { orgInviteId: first })
    expect(await create({ orgId })).toMatchObject({ orgInvite: { status: 'PENDING' } })
    expect(await create({ orgId })).toMatchObject(full)

    await expireNow(testServer, second)
    expect(await create({ orgId })).toMatchObject({ orgInvite: { status: 'PENDING' } })
    expect(await create({ orgId })).toMatchObject(full)
    expect((await readOrg(people.owner, orgId)).limits.pendingInvitesUsed).toBe(3)
  })

  it('depends on the tier', async () => {
    const orgId = await createOrg(people.owner)
    for (let made = 0; made < 3; made++) await invite(people.owner, orgId, newAddress())
    await mutate(testServer.instance, 'updateOrg', { orgId, tier: 'PREMIUM' })
    await invite(people.owner, orgId, newAddress())
    await mutate(testServer.instance, 'updateOrg', { orgId, tier: 'FREE' })
    expect(await create({ orgId })).toMatchObject({ __typename: 'LimitReachedError', limit: 3 })
    expect((await readOrg(people.owner, orgId)).limits.pendingInvitesUsed).toBe(4)
  })

  it('does not depend on seats: a full org may invite', async () => {
    const orgId = await createOrg(people.owner)
    await join(people.owner, orgId, people.user)
    expect(await create({ orgId })).toMatchObject({ orgInvite: { status: 'PENDING' } })
  })
})

it('an org that is not ACTIVE cannot invite anybody', async () => {
  const orgId = await createOrg(people.owner)
  for (const status of ['PROVISIONING', 'DEPROVISIONING']) {
    await mutate(testServer.instance, 'updateOrg', { orgId, status })
    expect(await create({ orgId })).toMatchObject({ __typename: 'OrgNotActiveError', orgStatus: status })
  }
})
