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

/** Invites with every set of roles that the inviter may grant. */
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
  /** What is left pending. */
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

describe('pending invites stand on their inviter', () => {
  for (const { what, from, lose, left } of losses)
    it(`${what} leaves pending: ${left.join(' | ') || 'none'}`, async () => {
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

  it('and not on anybody else', async () => {
    const { orgId, member } = await orgWith('ADMIN')
    await inviteEverybody(people.owner, orgId, 'OWNER')
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id })
    expect(new Set(Object.values(await statuses(orgId)))).toEqual(new Set(['PENDING']))
  })

  it('also on whoever resent them: who is gone lets in nobody', async () => {
    const { orgId, member } = await orgWith('OWNER')
    const ally = await invite(people.owner, orgId, newAddress())
    await mutate(member, 'resendOrgInvite', { orgInviteId: ally, roles: ['OWNER'] })
    await invite(people.owner, orgId, newAddress(), { roles: ['ADMIN'] })

    await update(orgId, member, { add: ['ADMIN'], remove: ['OWNER'] })

    expect(await statuses(orgId)).toEqual({ OWNER: 'REVOKED', ADMIN: 'PENDING' })
  })

  it('also on a token that resent them', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, people.owner, orgPermissions, orgId)
    const ally = await invite(people.owner, orgId, newAddress())
    await mutate(token, 'resendOrgInvite', { orgInviteId: ally, roles: ['OWNER'] })

    await mutate(people.owner, 'revokeApiToken', { apiTokenId: token.id })

    expect(await statuses(orgId)).toEqual({ OWNER: 'REVOKED' })
  })

  it('no longer on one who resent them, once another did', async () => {
    const { orgId, member } = await orgWith('OWNER')
    const ally = await invite(people.owner, orgId, newAddress())
    await mutate(member, 'resendOrgInvite', { orgInviteId: ally, roles: ['OWNER'] })
    await mutate(people.owner, 'resendOrgInvite', { orgInviteId: ally })
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id })
    expect(await statuses(orgId)).toEqual({ OWNER: 'PENDING' })
  })

  it('raised by an owner they outlive a change of their ADMIN that takes nothing away', async () => {
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

describe('who is taken out has no way back', () => {
  const outs = {
    removed: (orgId: string, member: TestPerson) =>
      mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id }),
    'relieved of the last role': (orgId: string, member: TestPerson) =>
      update(orgId, member, { remove: ['USER'] }),
    gone: (orgId: string, member: TestPerson) => mutate(member, 'leaveOrg', { orgId }),
  }
  for (const [how, out] of Object.entries(outs))
    it(`by an invite that was pending for them when ${how}`, async () => {
      const orgId = await createOrg(people.owner)
      // Invited as nobody's address, then the address of a member who came by another.
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
      // Another org's invites are that org's.
      expect(await mutate(again, 'acceptOrgInvite', { invite: { orgInviteId: elsewhere } })).toMatchObject({
        __typename: 'AcceptOrgInvitePayload',
      })
    })

  it('and may be invited again', async () => {
    const { orgId, member } = await orgWith('USER')
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id })
    await join(people.owner, orgId, member, ['ADMIN'])
    const { users } = await readOrg(people.owner, orgId)
    expect(users.nodes.map(({ roles }: { roles: string[] }) => roles)).toEqual([['OWNER'], ['ADMIN']])
  })
})

describe('an address that is merely claimed', () => {
  /** A member who claims an address that another account has verified. */
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

  it('keeps nobody from being invited', async () => {
    const { orgId, holder } = await claimed()
    expect(
      await mutate(people.owner, 'createOrgInvite', { orgId, invitee: { email: holder.email } }),
    ).toMatchObject({ __typename: 'CreateOrgInvitePayload' })
  })

  it('revokes nobody’s invite by leaving', async () => {
    const { orgId, holder, member } = await claimed()
    const orgInviteId = await invite(people.owner, orgId, holder.email)
    await mutate(member, 'leaveOrg', { orgId })
    expect(await mutate(holder, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
      __typename: 'AcceptOrgInvitePayload',
    })
  })
})

describe('a token', () => {
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

  it('shrinks with its maker, and the invites that it may no longer make are revoked', async () => {
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

  it('loses all by its maker’s leaving, and has its invites revoked', async () => {
    const { orgId, member } = await orgWith('OWNER')
    const token = await createToken(testServer, member, orgPermissions, orgId)
    const child = await createToken(testServer, token, orgPermissions, orgId)
    await inviteEverybody(token, orgId, 'ADMIN')
    await invite(child, orgId, newAddress(), { roles: ['OWNER'] })
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id })
    expect(new Set(Object.values(await statuses(orgId)))).toEqual(new Set(['REVOKED']))
  })

  const ends: Record<string, (orgId: string, member: TestPerson) => Promise<unknown>> = {
    removed: (orgId, member) => mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id }),
    'relieved of the last role': (orgId, member) => update(orgId, member, { remove: ['OWNER'] }),
    gone: (orgId, member) => mutate(member, 'leaveOrg', { orgId }),
  }
  for (const [how, end] of Object.entries(ends))
    it(`of a member who is ${how} is revoked with its event, with those that it made, and for good`, async () => {
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

  it('that was left unrevoked by its maker’s leaving gets nothing back when they return', async () => {
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

  it('revoked takes along its invites, and the tokens that it made with theirs', async () => {
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

  it('of the instance revoked takes along its invites in every org, and the orgs’ tokens that it made', async () => {
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
