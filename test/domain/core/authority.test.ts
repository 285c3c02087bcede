import { describe, expect, it, vi } from 'vitest'
import { createOrg, invite, join, mutate, type RoleName, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createToken, granted, orgPermissions, type TokenClient, usePeople } from '../../support/people.js'
import { type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)
const newAddress = () => `${crypto.randomUUID()}@new.example`

/** Statuses of an org's invites to new addresses, by the roles that they grant. */
async function statuses(orgId: string): Promise<Record<string, string>> {
  const { invites } = await readOrg(testServer.instance, orgId)
  return Object.fromEntries(
    invites.nodes
      .filter(({ email }: { email: string }) => email.endsWith('new.example'))
      .map(({ roles, status }: { roles: string[]; status: string }) => [roles.join(), status]),
  )
}

/** Sends one invite for every set of roles that the inviter may grant. */
async function inviteEverybody(inviter: Client, orgId: string, upTo: RoleName): Promise<void> {
  const sets: RoleName[][] = [['USER'], ['ADMIN'], ['USER', 'ADMIN']]
  if (upTo === 'OWNER') sets.push(['OWNER'], ['USER', 'OWNER'])
  for (const roles of sets) await invite(inviter, orgId, newAddress(), { roles })
}

/** An org of `people.owner` with one more member: an OWNER or an ADMIN. */
async function orgWith(role: RoleName): Promise<{ orgId: string; member: TestPerson }> {
  const [orgId, member] = [await createOrg(people.owner), await testServer.signUp()]
  await join(people.owner, orgId, member, [role])
  return { orgId, member }
}

interface Loss {
  what: string
  from: RoleName
  lose(orgId: string, member: TestPerson): Promise<{ __typename: string }>
  /** The roles of the invites that stay pending. */
  left: string[]
}

const owned = ['USER', 'ADMIN', 'USER,ADMIN', 'OWNER', 'USER,OWNER']
const update = (
  orgId: string,
  member: TestPerson,
  change: Record<string, unknown>,
  by: Client = people.owner,
) => mutate(by, 'updateOrgUserRoles', { orgId, userId: member.id, ...change })

const losses: Loss[] = [
  {
    what: 'an ADMIN who is removed',
    from: 'ADMIN',
    lose: (orgId, member) => mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id }),
    left: [],
  },
  {
    what: 'an OWNER who is removed',
    from: 'OWNER',
    lose: (orgId, member) => mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id }),
    left: [],
  },
  {
    what: 'an ADMIN who leaves',
    from: 'ADMIN',
    lose: (orgId, member) => mutate(member, 'leaveOrg', { orgId }),
    left: [],
  },
  {
    what: 'an ADMIN who loses the last role',
    from: 'ADMIN',
    lose: (orgId, member) => update(orgId, member, { remove: ['ADMIN'] }),
    left: [],
  },
  {
    what: 'an ADMIN who becomes USER',
    from: 'ADMIN',
    lose: (orgId, member) => update(orgId, member, { add: ['USER'], remove: ['ADMIN'] }),
    left: [],
  },
  {
    what: 'an ADMIN who makes themselves USER',
    from: 'ADMIN',
    lose: (orgId, member) => update(orgId, member, { add: ['USER'], remove: ['ADMIN'] }, member),
    left: [],
  },
  {
    what: 'an OWNER who becomes USER',
    from: 'OWNER',
    lose: (orgId, member) => update(orgId, member, { add: ['USER'], remove: ['OWNER'] }),
    left: [],
  },
  {
    what: 'an OWNER who becomes ADMIN',
    from: 'OWNER',
    lose: (orgId, member) => update(orgId, member, { add: ['ADMIN'], remove: ['OWNER'] }),
    left: ['USER', 'ADMIN', 'USER,ADMIN'],
  },
  {
    what: 'an OWNER who becomes ADMIN as well',
    from: 'OWNER',
    lose: (orgId, member) => update(orgId, member, { add: ['ADMIN'] }),
    left: owned,
  },
  {
    what: 'an ADMIN who becomes OWNER',
    from: 'ADMIN',
    lose: (orgId, member) => update(orgId, member, { add: ['OWNER'], remove: ['ADMIN'] }),
    left: ['USER', 'ADMIN', 'USER,ADMIN'],
  },
]

describe('a pending invite lasts as long as its inviter may send it', () => {
  for (const { what, from, lose, left } of losses)
    it(`${what} leaves these invites pending: ${left.join(' | ') || 'none'}`, async () => {
      const { orgId, member } = await orgWith(from)
      await inviteEverybody(member, orgId, from)
      const elsewhere = await createOrg(people.owner)
      await join(people.owner, elsewhere, member, ['ADMIN'])
      await inviteEverybody(member, elsewhere, 'ADMIN')
      const all = Object.keys(await statuses(orgId))

      expect((await lose(orgId, member)).__typename).toMatch(/Payload$/)

      const revoked = all.filter((roles) => !left.includes(roles))
      expect(await statuses(orgId)).toEqual({
        ...Object.fromEntries(revoked.map((roles) => [roles, 'REVOKED'])),
        ...Object.fromEntries(left.map((roles) => [roles, 'PENDING'])),
      })
      const { events, inviteCounts } = await readOrg(testServer.instance, orgId)
      const ends = events.nodes.filter(
        (one: { inviteEventType?: string }) => one.inviteEventType === 'REVOKED',
      )
      expect(ends.map((one: { roles: string[] }) => one.roles.join()).sort()).toEqual(revoked.sort())
      expect(inviteCounts).toMatchObject({ pending: left.length, revoked: revoked.length })
      expect(new Set(Object.values(await statuses(elsewhere)))).toEqual(new Set(['PENDING']))
    })

  it('and does not depend on other members', async () => {
    const { orgId, member } = await orgWith('ADMIN')
    await inviteEverybody(people.owner, orgId, 'OWNER')
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id })
    expect(new Set(Object.values(await statuses(orgId)))).toEqual(new Set(['PENDING']))
  })

  it('and depends also on the member who resent it last', async () => {
    const { orgId, member } = await orgWith('OWNER')
    const ally = await invite(people.owner, orgId, newAddress())
    await mutate(member, 'resendOrgInvite', { orgInviteId: ally, roles: ['OWNER'] })
    await invite(people.owner, orgId, newAddress(), { roles: ['ADMIN'] })

    await update(orgId, member, { add: ['ADMIN'], remove: ['OWNER'] })

    expect(await statuses(orgId)).toEqual({ OWNER: 'REVOKED', ADMIN: 'PENDING' })
  })

  it('and depends also on the token that resent it last', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, people.owner, orgPermissions, orgId)
    const ally = await invite(people.owner, orgId, newAddress())
    await mutate(token, 'resendOrgInvite', { orgInviteId: ally, roles: ['OWNER'] })

    await mutate(people.owner, 'revokeApiToken', { apiTokenId: token.id })

    expect(await statuses(orgId)).toEqual({ OWNER: 'REVOKED' })
  })

  it('and no longer depends on a member who resent it once somebody else resends it', async () => {
    const { orgId, member } = await orgWith('OWNER')
    const ally = await invite(people.owner, orgId, newAddress())
    await mutate(member, 'resendOrgInvite', { orgInviteId: ally, roles: ['OWNER'] })
    await mutate(people.owner, 'resendOrgInvite', { orgInviteId: ally })
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id })
    expect(await statuses(orgId)).toEqual({ OWNER: 'PENDING' })
  })

  it('and stays, if an owner raised its roles, until its first inviter loses a permission', async () => {
    const { orgId, member } = await orgWith('ADMIN')
    const raised = await invite(member, orgId, newAddress())
    await mutate(people.owner, 'resendOrgInvite', { orgInviteId: raised, roles: ['OWNER'] })
    await update(orgId, member, { add: ['USER'] })
    await update(orgId, member, { remove: ['USER'] })
    expect(await statuses(orgId)).toEqual({ OWNER: 'PENDING' })
    await update(orgId, member, { add: ['USER'], remove: ['ADMIN'] })
    expect(await statuses(orgId)).toEqual({ OWNER: 'REVOKED' })
  })
})

describe('a member who leaves or is removed', () => {
  const outs = {
    'were removed': (orgId: string, member: TestPerson) =>
      mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id }),
    'lost their last role': (orgId: string, member: TestPerson) =>
      update(orgId, member, { remove: ['USER'] }),
    left: (orgId: string, member: TestPerson) => mutate(member, 'leaveOrg', { orgId }),
  }
  for (const [how, out] of Object.entries(outs))
    it(`cannot come back by an invite that was pending when they ${how}`, async () => {
      const orgId = await createOrg(people.owner)
      // The address has no account when it is invited. Then a member changes their address to it.
      const address = newAddress()
      const orgInviteId = await invite(people.owner, orgId, address, { roles: ['ADMIN'] })
      const member = await testServer.signUp({ issuedAt: 1_700_000_000 })
      await join(people.owner, orgId, member)
      const again = await testServer.signUp({ subject: member.subject, name: member.name, email: address })
      const elsewhere = await invite(people.owner, await createOrg(people.owner), address)

      expect((await out(orgId, again)).__typename).toMatch(/Payload$/)

      expect(await statuses(orgId)).toEqual({ ADMIN: 'REVOKED' })
      expect(await mutate(again, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
        __typename: 'OrgInviteNotPendingError',
        inviteStatus: 'REVOKED',
      })
      const { events } = await readOrg(people.owner, orgId)
      expect(events.nodes.at(-1)).toMatchObject({ orgInviteId, inviteEventType: 'REVOKED' })
      // An invite from another org stays.
      expect(await mutate(again, 'acceptOrgInvite', { invite: { orgInviteId: elsewhere } })).toMatchObject({
        __typename: 'AcceptOrgInvitePayload',
      })
    })

  it('may be invited again', async () => {
    const { orgId, member } = await orgWith('USER')
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id })
    await join(people.owner, orgId, member, ['ADMIN'])
    const { users } = await readOrg(people.owner, orgId)
    expect(users.nodes.map(({ roles }: { roles: string[] }) => roles)).toEqual([['OWNER'], ['ADMIN']])
  })
})

describe('an unverified address', () => {
  /** A member whose unverified address is verified for another account. */
  const claimed = async () => {
    const [orgId, holder, member] = [
      await createOrg(people.owner),
      await testServer.signUp(),
      await testServer.signUp({ issuedAt: 1_700_000_000 }),
    ]
    await join(people.owner, orgId, member)
    const again = await testServer.signUp({ subject: member.subject, name: member.name, email: holder.email })
    return { orgId, holder, member: again }
  }

  it('does not stop its verified owner from being invited', async () => {
    const { orgId, holder } = await claimed()
    expect(
      await mutate(people.owner, 'createOrgInvite', { orgId, invitee: { email: holder.email } }),
    ).toMatchObject({ __typename: 'CreateOrgInvitePayload' })
  })

  it('does not revoke its verified owner’s invite when the member leaves', async () => {
    const { orgId, holder, member } = await claimed()
    const orgInviteId = await invite(people.owner, orgId, holder.email)
    await mutate(member, 'leaveOrg', { orgId })
    expect(await mutate(holder, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
      __typename: 'AcceptOrgInvitePayload',
    })
  })
})

describe('an API token', () => {
  const effective = async (orgId: string, id: string) => {
    const { data } = await testServer.instance.ask(
      'query($orgId: ID) { apiTokens(orgId: $orgId) { id permissions revokedAt } }',
      { orgId },
    )
    return data.apiTokens.find((token: { id: string }) => token.id === id)
  }
  const readsOrg = async (token: TokenClient, orgId: string) =>
    (await token.ask('query($orgId: ID!) { org(id: $orgId) { id } }', { orgId })).data.org !== null

  const isDead = async (token: TokenClient) =>
    (await token.ask('{ viewer { id } }')).errors?.[0]?.extensions.code === 'UNAUTHENTICATED'
  const revocationsIn = async (orgId: string): Promise<number> =>
    (await readOrg(testServer.instance, orgId)).events.nodes.filter(
      ({ orgEventType }: { orgEventType?: string }) => orgEventType === 'API_TOKEN_REVOKED',
    ).length

  it('loses the permissions that its creator loses, and the invites that it may no longer send are revoked', async () => {
    const { orgId, member } = await orgWith('OWNER')
    const token = await createToken(testServer, member, orgPermissions, orgId)
    const child = await createToken(testServer, token, orgPermissions, orgId)
    await inviteEverybody(token, orgId, 'ADMIN')
    await invite(child, orgId, newAddress(), { roles: ['OWNER'] })

    await update(orgId, member, { add: ['ADMIN'], remove: ['OWNER'] })

    for (const { id } of [token, child])
      expect((await effective(orgId, id)).permissions.toSorted()).toEqual(granted.ADMIN.toSorted())
    expect(await statuses(orgId)).toEqual({
      USER: 'PENDING',
      ADMIN: 'PENDING',
      'USER,ADMIN': 'PENDING',
      OWNER: 'REVOKED',
    })
    expect(
      await mutate(child, 'createOrgInvite', { orgId, invitee: { email: newAddress() }, roles: ['OWNER'] }),
    ).toMatchObject({ __typename: 'RoleNotGrantableError' })
    expect(
      await mutate(token, 'createApiToken', { orgId, name: 'one more', permissions: ['ORG_READ'] }),
    ).toMatchObject({ __typename: 'PermissionDeniedError', permission: 'API_TOKEN_MANAGE' })

    await update(orgId, member, { add: ['USER'], remove: ['ADMIN'] })

    for (const { id } of [token, child])
      expect((await effective(orgId, id)).permissions.toSorted()).toEqual(granted.USER.toSorted())
    expect(new Set(Object.values(await statuses(orgId)))).toEqual(new Set(['REVOKED']))

    await mutate(member, 'leaveOrg', { orgId })

    for (const gone of [token, child]) {
      expect(await effective(orgId, gone.id)).toMatchObject({
        permissions: [],
        revokedAt: expect.any(String),
      })
      expect(await isDead(gone)).toBe(true)
    }
  })

  it('loses all permissions when its creator is removed, and its invites are revoked', async () => {
    const { orgId, member } = await orgWith('OWNER')
    const token = await createToken(testServer, member, orgPermissions, orgId)
    const child = await createToken(testServer, token, orgPermissions, orgId)
    await inviteEverybody(token, orgId, 'ADMIN')
    await invite(child, orgId, newAddress(), { roles: ['OWNER'] })
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id })
    expect(new Set(Object.values(await statuses(orgId)))).toEqual(new Set(['REVOKED']))
  })

  const ends: Record<string, (orgId: string, member: TestPerson) => Promise<unknown>> = {
    'were removed': (orgId, member) => mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id }),
    'lost their last role': (orgId, member) => update(orgId, member, { remove: ['OWNER'] }),
    left: (orgId, member) => mutate(member, 'leaveOrg', { orgId }),
  }
  for (const [how, end] of Object.entries(ends))
    it(`is revoked for good, with the tokens that it created, when its creator ${how}`, async () => {
      const { orgId, member } = await orgWith('OWNER')
      const [token, other] = [
        await createToken(testServer, member, orgPermissions, orgId),
        await createToken(testServer, people.owner, orgPermissions, orgId),
      ]
      const child = await createToken(testServer, token, orgPermissions, orgId)
      await end(orgId, member)
      expect(await revocationsIn(orgId)).toBe(2)
      await join(people.owner, orgId, member, ['OWNER'])
      for (const dead of [token, child]) {
        expect(await isDead(dead)).toBe(true)
        expect(await effective(orgId, dead.id)).toMatchObject({ permissions: [] })
      }
      expect(await readsOrg(other, orgId)).toBe(true)
    })

  it('that was not revoked when its creator left gets no permissions back when they return', async () => {
    const { orgId, member } = await orgWith('OWNER')
    const token = await createToken(testServer, member, orgPermissions, orgId)
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id })
    const pool = openPool(testServer.database.url)
    await pool.query('update api_token set revoked_at = null where id = $1', [uuidOf(token.id)])
    await pool.end()
    await join(people.owner, orgId, member, ['OWNER'])
    expect((await effective(orgId, token.id)).permissions).toEqual([])
    expect(await readsOrg(token, orgId)).toBe(false)
  })

  it('takes its invites and the tokens that it created with it when it is revoked', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, people.owner, orgPermissions, orgId)
    const child = await createToken(testServer, token, orgPermissions, orgId)
    const grandchild = await createToken(testServer, child, orgPermissions, orgId)
    const sibling = await createToken(testServer, people.owner, orgPermissions, orgId)
    await invite(token, orgId, newAddress(), { roles: ['USER'] })
    await invite(child, orgId, newAddress(), { roles: ['ADMIN'] })
    await invite(grandchild, orgId, newAddress(), { roles: ['OWNER'] })
    await invite(sibling, orgId, newAddress(), { roles: ['USER', 'ADMIN'] })

    await mutate(people.owner, 'revokeApiToken', { apiTokenId: token.id })

    expect(await statuses(orgId)).toEqual({
      USER: 'REVOKED',
      ADMIN: 'REVOKED',
      OWNER: 'REVOKED',
      'USER,ADMIN': 'PENDING',
    })
    expect(await effective(orgId, token.id)).toMatchObject({ permissions: [], revokedAt: expect.any(String) })
    for (const dead of [child, grandchild]) {
      expect(await effective(orgId, dead.id)).toMatchObject({
        permissions: [],
        revokedAt: expect.any(String),
      })
      expect(await isDead(dead)).toBe(true)
    }
    expect(await isDead(token)).toBe(true)
    expect(await revocationsIn(orgId)).toBe(3)
    expect(await readsOrg(sibling, orgId)).toBe(true)
  })

  it('of the instance takes its invites in every org and the org tokens that it created with it when it is revoked', async () => {
    const orgs = [await createOrg(people.owner), await createOrg(people.owner)]
    const token = await createToken(testServer, testServer.instance, orgPermissions)
    for (const orgId of orgs) {
      await invite(token, orgId, newAddress(), { roles: ['USER'] })
      const made = await createToken(testServer, token, ['INVITE_CREATE', 'INVITE_READ'], orgId)
      await invite(made, orgId, newAddress(), { roles: ['ADMIN'] })
      const resent = await invite(people.owner, orgId, newAddress(), { roles: ['USER', 'ADMIN'] })
      await mutate(token, 'resendOrgInvite', { orgInviteId: resent })
      await invite(people.owner, orgId, newAddress(), { roles: ['OWNER'] })
    }

    await mutate(testServer.instance, 'revokeApiToken', { apiTokenId: token.id })

    for (const orgId of orgs)
      await vi.waitFor(
        async () =>
          expect(await statuses(orgId)).toEqual({
            USER: 'REVOKED',
            ADMIN: 'REVOKED',
            'USER,ADMIN': 'REVOKED',
            OWNER: 'PENDING',
          }),
        { timeout: 10_000, interval: 50 },
      )
  })
})
