import sql from 'sql-template-tag'
import { describe, expect, it } from 'vitest'
import { inviteByLink, tokenOfLink } from '../../support/inviteByLink.js'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { createOrgWith, createToken, readEverything, usePeople } from '../../support/people.js'
import { type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_SEATS: '3' } })
const people = usePeople(testServer)
const newAddress = () => `${crypto.randomUUID()}@new.example`
const EARLIER = 1_700_000_000

/** Signs the same person in with other claims, newer than those of `EARLIER`. */
const signInAgain = ({ subject, name }: TestPerson, claims: { email?: string | null; verified?: boolean }) =>
  testServer.signUp({ subject, name, ...claims })

for (const mutation of ['acceptOrgInvite', 'declineOrgInvite'] as const) {
  const done = mutation === 'acceptOrgInvite' ? 'AcceptOrgInvitePayload' : 'DeclineOrgInvitePayload'
  const answer = async (client: Client, ref: Record<string, string>, userId?: string) =>
    (await mutate(client, mutation, { invite: ref, ...(userId && { userId }) })).__typename

  describe(`${mutation} by id`, () => {
    it('works for the account that has verified the invited address', async () => {
      const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
      const orgInviteId = await invite(people.owner, orgId, invitee.email.toUpperCase())
      expect(await answer(invitee, { orgInviteId })).toBe(done)
    })

    it('is NotFoundError if the account’s address is unverified', async () => {
      const [orgId, unproven] = [await createOrg(people.owner), await testServer.signUp({ verified: false })]
      const orgInviteId = await invite(people.owner, orgId, unproven.email)
      const before = await readEverything(testServer, orgId)
      expect(await answer(unproven, { orgInviteId })).toBe('NotFoundError')
      expect(await readEverything(testServer, orgId)).toEqual(before)
    })

    it('is EmailNotVerifiedError if the account’s address is unverified and it may read the invite', async () => {
      const [orgId, address] = [await createOrg(people.owner), newAddress()]
      const orgInviteId = await invite(people.owner, orgId, address)
      const admin = await testServer.signUp({ issuedAt: EARLIER })
      await join(people.owner, orgId, admin, ['ADMIN'])
      const unproven = await signInAgain(admin, { email: address, verified: false })
      expect(await answer(unproven, { orgInviteId })).toBe('EmailNotVerifiedError')
    })

    it('is OrgInviteForAnotherUserError to others who may read the invite, and NotFoundError to everybody else', async () => {
      const orgId = await createOrgWith(people)
      const orgInviteId = await invite(people.owner, orgId, newAddress())
      const before = await readEverything(testServer, orgId)
      expect(await answer(people.owner, { orgInviteId })).toBe('OrgInviteForAnotherUserError')
      expect(await answer(people.admin, { orgInviteId })).toBe('OrgInviteForAnotherUserError')
      expect(await answer(people.user, { orgInviteId })).toBe('NotFoundError')
      expect(await answer(people.outsider, { orgInviteId })).toBe('NotFoundError')
      expect(await readEverything(testServer, orgId)).toEqual(before)
    })

    it('of an invite by user id works only for that account while it has the same address', async () => {
      const orgId = await createOrg(people.owner)
      const invitee = await testServer.signUp({ issuedAt: EARLIER })
      const { orgInvite } = await mutate(
        people.owner,
        'createOrgInvite',
        { orgId, invitee: { userId: invitee.id } },
        'orgInvite { id }',
      )
      const ref = { orgInviteId: orgInvite.id }
      // Neither the invitee with a new address nor the next account with the old address can
      // answer.
      const gone = await signInAgain(invitee, { email: newAddress() })
      expect(await answer(gone, ref)).toBe('NotFoundError')
      const nextHolder = await testServer.signUp({ email: invitee.email })
      expect(await answer(nextHolder, ref)).toBe('NotFoundError')
      const { data } = await nextHolder.ask('{ viewer { orgInvites { totalCount } } }')
      expect(data.viewer.orgInvites.totalCount).toBe(0)
    })

    it('works for the account that has the address now, not for the one that had it before', async () => {
      const orgId = await createOrg(people.owner)
      const before = await testServer.signUp({ issuedAt: EARLIER })
      const orgInviteId = await invite(people.owner, orgId, before.email)
      const gone = await signInAgain(before, { email: newAddress() })
      const now = await testServer.signUp({ email: before.email })
      expect(await answer(gone, { orgInviteId })).toBe('NotFoundError')
      expect(await answer(now, { orgInviteId })).toBe(done)
    })

    it('does not work for a second account that claims the address', async () => {
      const [orgId, holder] = [await createOrg(people.owner), await testServer.signUp()]
      const second = await testServer.signUp({ email: holder.email })
      const orgInviteId = await invite(people.owner, orgId, holder.email)
      expect(await answer(second, { orgInviteId })).toBe('NotFoundError')
      expect(await answer(holder, { orgInviteId })).toBe(done)
    })
  })

  describe(`${mutation} by token`, () => {
    it('works for the account that signed in with the address: the token proves it', async () => {
      const orgId = await createOrg(people.owner)
      const unproven = await testServer.signUp({ verified: false })
      const { token } = await inviteByLink(testServer, orgId, { email: unproven.email })
      expect(await answer(unproven, { token })).toBe(done)
    })

    it('is OrgInviteForAnotherUserError if another account has verified the address', async () => {
      const [orgId, holder] = [await createOrg(people.owner), await testServer.signUp()]
      const { token } = await inviteByLink(testServer, orgId, { email: holder.email })
      for (const verified of [false, true]) {
        const second = await testServer.signUp({ email: holder.email, verified })
        expect(await mutate(second, mutation, { invite: { token } })).toMatchObject({
          __typename: 'OrgInviteForAnotherUserError',
          message: expect.stringContaining('Another account'),
        })
        expect(await answer(testServer.instance, { token }, second.id)).toBe('OrgInviteForAnotherUserError')
      }
      expect(await answer(holder, { token })).toBe(done)
    })

    it('tells a caller without an address that their address is missing', async () => {
      const { token } = await inviteByLink(testServer, await createOrg(people.owner), {
        email: people.outsider.email,
      })
      const withoutAddress = await testServer.signUp({ email: null })
      for (const [person, words] of [
        [withoutAddress, 'no address of yours is known'],
        [people.user, 'another address'],
      ] as const)
        expect(await mutate(person, mutation, { invite: { token } })).toMatchObject({
          __typename: 'OrgInviteForAnotherUserError',
          message: expect.stringContaining(words),
        })
    })

    it('is OrgInviteForAnotherUserError to everybody else, and the link stays valid', async () => {
      const [orgId, invitee] = [await createOrgWith(people), await testServer.signUp()]
      const { token } = await inviteByLink(testServer, orgId, { email: invitee.email })
      const withoutAddress = await testServer.signUp({ email: null })
      for (const other of [people.owner, people.admin, people.user, people.outsider, withoutAddress])
        expect(await answer(other, { token })).toBe('OrgInviteForAnotherUserError')
    })

    it('of an invite by user id works only for that account', async () => {
      const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
      const { token } = await inviteByLink(testServer, orgId, { userId: invitee.id })
      const second = await testServer.signUp({ email: invitee.email })
      expect(await answer(second, { token })).toBe('OrgInviteForAnotherUserError')
      expect(await answer(invitee, { token })).toBe(done)
    })

    it.each(['', 'gi_', 'gi_nothing', 'gh_AAAA', '../..', '\0', 'x'.repeat(8_000)])(
      'with an unknown token is NotFoundError: %j',
      async (token) => {
        expect(await answer(people.outsider, { token })).toBe('NotFoundError')
      },
    )

    it('is refused once the invite has ended, and the refusal names its status', async () => {
      const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
      const { orgInviteId, token } = await inviteByLink(testServer, orgId, { email: invitee.email })
      await mutate(people.owner, 'revokeOrgInvite', { orgInviteId })
      expect(await mutate(invitee, mutation, { invite: { token } })).toMatchObject({
        __typename: 'OrgInviteNotPendingError',
        inviteStatus: 'REVOKED',
      })
    })
  })

  describe(`${mutation} by a link that was told to the person who invites`, () => {
    const told = async (email: string) => {
      const input = { orgId: await createOrg(people.owner), invitee: { email }, sendEmail: false }
      const { acceptUrl } = await mutate(people.owner, 'createOrgInvite', input, 'acceptUrl')
      return tokenOfLink(acceptUrl)
    }

    it('works for the account that has the address verified', async () => {
      const invitee = await testServer.signUp()
      expect(await answer(invitee, { token: await told(invitee.email) })).toBe(done)
    })

    it('is EmailNotVerifiedError for an account that only signed in with the address: the link proves nothing', async () => {
      const unproven = await testServer.signUp({ verified: false })
      const token = await told(unproven.email)
      expect(await answer(unproven, { token })).toBe('EmailNotVerifiedError')
      expect(await answer(testServer.instance, { token }, unproven.id)).toBe('EmailNotVerifiedError')
    })

    it('is no proof with the prefix of a mailed link either', async () => {
      const unproven = await testServer.signUp({ verified: false })
      const token = await told(unproven.email)
      expect(await answer(unproven, { token: token.replace(/^gt_/, 'gi_') })).toBe('NotFoundError')
    })

    it('is OrgInviteForAnotherUserError to everybody else, the person who invites too', async () => {
      const token = await told((await testServer.signUp()).email)
      for (const other of [people.owner, people.outsider])
        expect(await answer(other, { token })).toBe('OrgInviteForAnotherUserError')
    })

    it('is stored in a way that a server of an older version finds nothing by it', async () => {
      const token = await told((await testServer.signUp()).email)
      const { database } = testServer.server.app
      const asOlderOnesDo = sql`select 1 as found from org_invite_token where hash = sha256(${token}::bytea)`
      expect(await database.query(asOlderOnesDo)).toEqual([])
    })
  })

  describe(`${mutation} on behalf of a user`, () => {
    const invited = async () => {
      const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
      const { orgInviteId, token } = await inviteByLink(testServer, orgId, { email: invitee.email })
      return { orgId, invitee, orgInviteId, token }
    }

    it('is for instance tokens with INVITE_RESPOND, by id and by link, and its events have no actor', async () => {
      const bearer = await createToken(testServer, testServer.instance, ['INVITE_RESPOND'])
      for (const by of ['orgInviteId', 'token'] as const) {
        const fixture = await invited()
        expect(await answer(bearer, { [by]: fixture[by] }, fixture.invitee.id)).toBe(done)
        const { events } = await readOrg(people.owner, fixture.orgId)
        expect(events.nodes.slice(3).map(({ actor }: { actor: unknown }) => actor)).toEqual(
          mutation === 'acceptOrgInvite' ? [null, null] : [null],
        )
      }
    })

    it('has the same conditions as for a user who answers themselves', async () => {
      const { orgInviteId, token } = await invited()
      const unproven = await testServer.signUp({ verified: false })
      const theirs = await inviteByLink(testServer, await createOrg(people.owner), { email: unproven.email })
      expect(await answer(testServer.instance, { orgInviteId }, people.outsider.id)).toBe(
        'OrgInviteForAnotherUserError',
      )
      expect(await answer(testServer.instance, { token }, people.outsider.id)).toBe(
        'OrgInviteForAnotherUserError',
      )
      expect(await answer(testServer.instance, { orgInviteId: theirs.orgInviteId }, unproven.id)).toBe(
        'EmailNotVerifiedError',
      )
      // A token that may not read invites does not learn that this one exists.
      const blind = await createToken(testServer, testServer.instance, ['INVITE_RESPOND'])
      expect(await answer(blind, { orgInviteId }, people.outsider.id)).toBe('NotFoundError')
      expect(await answer(blind, { orgInviteId: theirs.orgInviteId }, unproven.id)).toBe('NotFoundError')
      expect(await answer(blind, { token: theirs.token }, unproven.id)).toBe(done)
    })

    it('is NotFoundError for an unknown user', async () => {
      const { orgInviteId, orgId } = await invited()
      for (const userId of ['nonsense', orgId, btoa('User:0190f5a0-1234-7abc-8def-000000000001')])
        expect(await answer(testServer.instance, { orgInviteId }, userId)).toBe('NotFoundError')
    })

    it('is PermissionDeniedError to a person, even on their own behalf', async () => {
      const { invitee, orgInviteId, token } = await invited()
      for (const ref of [{ orgInviteId }, { token }])
        for (const userId of [invitee.id, people.outsider.id, 'nonsense'])
          expect(await mutate(invitee, mutation, { invite: ref, userId })).toMatchObject({
            __typename: 'PermissionDeniedError',
            permission: 'INVITE_RESPOND',
          })
      expect(await answer(invitee, { orgInviteId })).toBe(done)
    })
  })

  it.each([{}, { orgInviteId: 'x', token: 'y' }, { token: null }, { orgInviteId: null, token: 'y' }])(
    `${mutation} with %j is BAD_USER_INPUT`,
    async (ref) => {
      await expect(mutate(people.outsider, mutation, { invite: ref })).rejects.toThrow(
        '"code":"BAD_USER_INPUT"',
      )
    },
  )
}

describe('accepting an invite', () => {
  const accept = (client: Client, orgInviteId: string) =>
    mutate(client, 'acceptOrgInvite', { invite: { orgInviteId } }, 'orgUser { roles origin }')

  it('into a full org is LimitReachedError, and the invite stays pending until a seat is free', async () => {
    const [orgId, invitee, one, other] = [
      await createOrg(people.owner),
      await testServer.signUp(),
      await testServer.signUp(),
      await testServer.signUp(),
    ]
    await join(people.owner, orgId, one)
    await join(people.owner, orgId, other)
    const orgInviteId = await invite(people.owner, orgId, invitee.email)
    const before = await readEverything(testServer, orgId)
    expect(await accept(invitee, orgInviteId)).toMatchObject({ __typename: 'LimitReachedError', limit: 3 })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    await mutate(other, 'leaveOrg', { orgId })
    expect(await accept(invitee, orgInviteId)).toMatchObject({ orgUser: { roles: ['USER'] } })
  })

  it('takes no second seat for a member, and its event names the roles that they gained', async () => {
    const [orgId, address] = [await createOrg(people.owner), newAddress()]
    const orgInviteId = await invite(people.owner, orgId, address, { roles: ['ADMIN'] })
    const member = await testServer.signUp({ issuedAt: EARLIER })
    await join(people.owner, orgId, member)
    await join(people.owner, orgId, await testServer.signUp())
    const again = await signInAgain(member, { email: address })
    // The org is full, but the invitee already has a seat.
    expect(await accept(again, orgInviteId)).toMatchObject({
      orgUser: { roles: ['USER', 'ADMIN'], origin: 'INVITE' },
    })
    const { events, limits } = await readOrg(people.owner, orgId)
    expect(limits.seatsUsed).toBe(3)
    expect(events.nodes.slice(-2)).toMatchObject([
      { inviteEventType: 'ACCEPTED', actor: { id: member.id } },
      { memberEventType: 'ROLES_CHANGED', roles: ['USER', 'ADMIN'], previousRoles: ['USER'] },
    ])
  })

  it('takes no role from an owner', async () => {
    const [orgId, address] = [await createOrg(people.owner), newAddress()]
    const orgInviteId = await invite(people.owner, orgId, address)
    const owner = await testServer.signUp({ issuedAt: EARLIER })
    await join(people.owner, orgId, owner, ['OWNER'])
    const again = await signInAgain(owner, { email: address })
    expect(await accept(again, orgInviteId)).toMatchObject({ orgUser: { roles: ['USER', 'OWNER'] } })
  })

  it.each(['PROVISIONING', 'DEPROVISIONING'])(
    'is refused while the org is %s, and declining is not',
    async (status) => {
      const [orgId, one, other] = [
        await createOrg(people.owner),
        await testServer.signUp(),
        await testServer.signUp(),
      ]
      const ids = [
        await invite(people.owner, orgId, one.email),
        await invite(people.owner, orgId, other.email),
      ]
      await mutate(testServer.instance, 'updateOrg', { orgId, status })
      expect(await accept(one, ids[0] ?? '')).toMatchObject({
        __typename: 'OrgNotActiveError',
        orgStatus: status,
      })
      expect(
        await mutate(other, 'declineOrgInvite', { invite: { orgInviteId: ids[1] } }, 'orgInvite { status }'),
      ).toMatchObject({ orgInvite: { status: 'DECLINED' } })
      await mutate(testServer.instance, 'updateOrg', { orgId, status: 'ACTIVE' })
      expect(await accept(one, ids[0] ?? '')).toMatchObject({ __typename: 'AcceptOrgInvitePayload' })
    },
  )
})
