import sql from 'sql-template-tag'
import { describe, expect, it, vi } from 'vitest'
import { hashToken } from '../../../src/domain/core/token.js'
import { LINK_GUESSES_PER_MINUTE } from '../../../src/domain/inviteLinks/joinOrgByLink.js'
import { decodeId } from '../../../src/graphql/globalId.js'
import { upsertAppRole } from '../../support/appRoles.js'
import { createLink, expireLink, joinByLink, readLinks, revokeLink } from '../../support/inviteLinks.js'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { createOrgWith, createToken, orgPermissions, usePeople } from '../../support/people.js'
import { statementsOf } from '../../support/statements.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_SEATS: '30' } })
const people = usePeople(testServer)
const WAIT = { timeout: 10_000, interval: 50 }
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

/** The types of the org's events about links, oldest first. */
async function linkEvents(orgId: string): Promise<string[]> {
  const { events } = await readOrg(people.owner, orgId)
  return events.nodes.flatMap(({ orgEventType: type }: { orgEventType?: string }) =>
    type?.startsWith('INVITE_LINK') ? [type] : [],
  )
}

const statusOf = async (orgId: string) => (await readLinks(people.owner, orgId)).nodes[0].status

describe('createOrgInviteLink', () => {
  it('tells the address once, and the database keeps only the hash of its token', async () => {
    const orgId = await createOrg(people.owner)
    const { id, url, token } = await createLink(people.owner, orgId)
    expect(url).toMatch(/^https:\/\/app\.example\/join\/gl_[\w-]{43}$/)
    const [row] = await testServer.server.app.database.query<{ row: string; hash: Buffer }>(sql`
      select org_invite_link::text as row, hash from org_invite_link where id = ${decodeId('OrgInviteLink', id)}
    `)
    expect(row?.row).not.toContain(token)
    expect(Buffer.from(row?.hash ?? []).equals(hashToken(token))).toBe(true)
  })

  it('makes a USER link for seven days that any number can use, if nothing else is asked for', async () => {
    const orgId = await createOrg(people.owner)
    const { id } = await createLink(people.owner, orgId)
    const { nodes } = await readLinks(people.owner, orgId)
    expect(nodes).toEqual([
      {
        id,
        roles: ['USER'],
        appRoles: [],
        emailDomains: [],
        maxUses: null,
        uses: 0,
        status: 'ACTIVE',
        createdAt: expect.any(String),
        createdBy: { id: people.owner.id },
        expiresAt: expect.any(String),
        revokedAt: null,
        viewerCanRevoke: true,
      },
    ])
    expect(Date.parse(nodes[0].expiresAt) - Date.parse(nodes[0].createdAt)).toBe(7 * 86_400_000)
    expect((await readOrg(people.owner, orgId)).events.nodes.at(-1)).toMatchObject({
      orgEventType: 'INVITE_LINK_CREATED',
      actor: { id: people.owner.id },
    })
  })

  it.each([
    ['no role', { roles: [] }, 'roles'],
    ['0 uses', { maxUses: 0 }, 'maxUses'],
    ['10,001 uses', { maxUses: 10_001 }, 'maxUses'],
    ['the past', { expiresAt: inDays(-1) }, 'expiresAt'],
    ['more than 90 days', { expiresAt: inDays(91) }, 'expiresAt'],
    ['an address as a domain', { emailDomains: ['good.example', 'a@bad.example'] }, 'emailDomains.1'],
    ['a single label as a domain', { emailDomains: ['localhost'] }, 'emailDomains.0'],
    ['51 domains', { emailDomains: Array.from({ length: 51 }, (_, n) => `d${n}.example`) }, 'emailDomains'],
  ])('refuses %s', async (_what, input, path) => {
    const orgId = await createOrg(people.owner)
    expect(await mutate(people.owner, 'createOrgInviteLink', { orgId, ...input })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path }],
    })
    expect(await linkEvents(orgId)).toEqual([])
  })

  it('takes the limits of its input', async () => {
    const orgId = await createOrg(people.owner)
    await createLink(people.owner, orgId, {
      maxUses: 10_000,
      expiresAt: inDays(89.9),
      roles: null,
      emailDomains: null,
    })
    await createLink(people.owner, orgId, { maxUses: 1 })
    expect(
      (await readLinks(people.owner, orgId)).nodes.map(({ maxUses }: { maxUses: number }) => maxUses),
    ).toEqual([1, 10_000])
  })

  it('never grants OWNER, not even for an owner or INSTANCE_TOKEN', async () => {
    const orgId = await createOrgWith(people)
    for (const client of [people.owner, people.admin, testServer.instance])
      expect(await mutate(client, 'createOrgInviteLink', { orgId, roles: ['USER', 'OWNER'] })).toMatchObject({
        __typename: 'RoleNotGrantableError',
        role: 'OWNER',
      })
  })

  it('makes 20 active links, and more once some have ended', async () => {
    const orgId = await createOrg(people.owner)
    const links = []
    for (let made = 0; made < 20; made++) links.push(await createLink(people.owner, orgId, { maxUses: 1 }))
    const more = () => mutate(people.owner, 'createOrgInviteLink', { orgId })
    expect(await more()).toMatchObject({ __typename: 'LimitReachedError', limit: 20 })
    const [one, other, last] = links
    if (!one || !other || !last) throw new Error('no links')
    await revokeLink(people.owner, one)
    await expireLink(testServer, other)
    await joinByLink(await testServer.signUp(), last)
    for (let made = 0; made < 3; made++) expect((await more()).__typename).toBe('CreateOrgInviteLinkPayload')
    expect(await more()).toMatchObject({ __typename: 'LimitReachedError', limit: 20 })
  })

  it('answers a repeated idempotency key with the same link, as it is now and without its address', async () => {
    const orgId = await createOrg(people.owner)
    const input = { orgId, idempotencyKey: crypto.randomUUID() }
    const payload = 'orgInviteLink { id status } url'
    const first = await mutate(people.owner, 'createOrgInviteLink', input, payload)
    await revokeLink(people.owner, first.orgInviteLink)
    const again = { ...input, roles: ['USER'], emailDomains: [] }
    expect(await mutate(people.owner, 'createOrgInviteLink', again, payload)).toEqual({
      __typename: 'CreateOrgInviteLinkPayload',
      orgInviteLink: { id: first.orgInviteLink.id, status: 'REVOKED' },
      url: null,
    })
    expect(await linkEvents(orgId)).toEqual(['INVITE_LINK_CREATED', 'INVITE_LINK_REVOKED'])
  })
})

describe('joinOrgByLink', () => {
  it('makes the person a member with the roles of the link, and counts its use', async () => {
    const orgId = await createOrg(people.owner)
    const appRole = await upsertAppRole(testServer)
    const link = await createLink(people.owner, orgId, { roles: ['ADMIN', 'USER'], appRoleIds: [appRole.id] })
    const person = await testServer.signUp()
    expect(await joinByLink(person, link)).toEqual({
      __typename: 'JoinOrgByLinkPayload',
      orgUser: {
        id: expect.any(String),
        roles: ['USER', 'ADMIN'],
        appRoles: [{ key: appRole.key }],
        origin: 'INVITE_LINK',
        status: 'ACTIVE',
        user: { id: person.id },
      },
    })
    expect((await readLinks(people.owner, orgId)).nodes[0]).toMatchObject({ uses: 1, status: 'ACTIVE' })
    expect((await readOrg(people.owner, orgId)).events.nodes.at(-1)).toMatchObject({
      memberEventType: 'JOINED',
      userId: person.id,
      actor: { id: person.id },
    })
  })

  it('needs a verified address', async () => {
    const orgId = await createOrg(people.owner)
    const link = await createLink(people.owner, orgId)
    expect(await joinByLink(await testServer.signUp({ verified: false }), link)).toMatchObject({
      __typename: 'EmailNotVerifiedError',
    })
    expect(await statusOf(orgId)).toBe('ACTIVE')
  })

  it('needs an address in one of the domains, exactly and however they were written', async () => {
    const orgId = await createOrg(people.owner)
    const emailDomains = [' Bücher.Example ', 'gmail.com', 'GMAIL.com']
    const link = await createLink(people.owner, orgId, { emailDomains })
    const name = crypto.randomUUID()
    const joinAs = async (email: string) =>
      (await joinByLink(await testServer.signUp({ email }), link)).__typename
    expect(await joinAs(`${name}@xn--bcher-kva.example`)).toBe('JoinOrgByLinkPayload')
    expect(await joinAs(`${name}@gmail.com`)).toBe('JoinOrgByLinkPayload')
    expect(await joinAs(`${name}@sub.gmail.com`)).toBe('OrgInviteForAnotherUserError')
    expect(await joinAs(`${name}@example`.replace('@example', '@bucher.example'))).toBe(
      'OrgInviteForAnotherUserError',
    )
    expect((await readLinks(people.owner, orgId)).nodes[0]).toMatchObject({
      emailDomains: ['gmail.com', 'xn--bcher-kva.example'],
      uses: 2,
    })
  })

  it('is refused for a member, who needs no link, and that is no use of it', async () => {
    const orgId = await createOrgWith(people)
    const link = await createLink(people.owner, orgId, { roles: ['ADMIN'] })
    const answer = await mutate(people.user, 'joinOrgByLink', { token: link.token })
    expect(answer).toMatchObject({
      __typename: 'AlreadyOrgUserError',
      existingOrgUser: { id: expect.any(String) },
    })
    expect((await readLinks(people.owner, orgId)).nodes[0].uses).toBe(0)
  })

  it('tells the end of a link to members and suspended members too', async () => {
    const orgId = await createOrgWith(people)
    const link = await createLink(people.owner, orgId)
    await mutate(people.owner, 'suspendOrgUser', { orgId, userId: people.user.id })
    expect(await joinByLink(people.user, link)).toMatchObject({ __typename: 'OrgUserSuspendedError' })
    await revokeLink(people.owner, link)
    for (const person of [people.user, people.admin])
      expect(await joinByLink(person, link)).toMatchObject({
        __typename: 'OrgInviteLinkEndedError',
        linkStatus: 'REVOKED',
      })
  })

  it('leaves a pending invite to the person as it is', async () => {
    const orgId = await createOrg(people.owner)
    const person = await testServer.signUp()
    const orgInviteId = await invite(people.owner, orgId, person.email, { roles: ['ADMIN'] })
    await joinByLink(person, await createLink(people.owner, orgId))
    expect((await readOrg(people.owner, orgId)).invites.nodes).toMatchObject([
      { id: orgInviteId, status: 'PENDING' },
    ])
    expect(await mutate(person, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
      __typename: 'AcceptOrgInvitePayload',
    })
  })

  it('needs a free seat', async () => {
    const orgId = await createOrg(people.owner)
    await mutate(testServer.instance, 'updateOrg', { orgId, seatLimit: 1 })
    const link = await createLink(people.owner, orgId, { maxUses: 1 })
    expect(await joinByLink(await testServer.signUp(), link)).toMatchObject({
      __typename: 'LimitReachedError',
      limit: 1,
    })
    expect(await statusOf(orgId)).toBe('ACTIVE')
  })

  it('is NotFoundError for an API token, which is no person', async () => {
    const orgId = await createOrg(people.owner)
    const { token } = await createLink(people.owner, orgId)
    const client = await createToken(testServer, people.owner, orgPermissions, orgId)
    for (const by of [client, testServer.instance])
      expect(await mutate(by, 'joinOrgByLink', { token })).toMatchObject({ __typename: 'NotFoundError' })
  })

  it('looks up nothing for a text that is no token', async () => {
    const texts = ['', 'gl_', `gi_${'a'.repeat(43)}`, `gl_${'a'.repeat(44)}`, `gl_${'ä'.repeat(43)}`]
    const person = await testServer.signUp()
    for (const token of texts) {
      const statements = await statementsOf(async () => {
        expect(await mutate(person, 'joinOrgByLink', { token })).toMatchObject({
          __typename: 'NotFoundError',
        })
        expect((await testServer.nobody.ask(PREVIEW, { token })).data.orgInviteLinkPreview).toBeNull()
      })
      expect(statements.filter(({ text }) => text.includes('org_invite_link'))).toEqual([])
    }
  })

  it(`refuses somebody who tries ${LINK_GUESSES_PER_MINUTE} unknown tokens in a minute, and nobody else`, async () => {
    const orgId = await createOrg(people.owner)
    const link = await createLink(people.owner, orgId)
    const [guesser, person] = [await testServer.signUp(), await testServer.signUp()]
    const token = `gl_${'A'.repeat(43)}`
    for (let tried = 0; tried < LINK_GUESSES_PER_MINUTE; tried++)
      expect((await mutate(guesser, 'joinOrgByLink', { token })).__typename).toBe('NotFoundError')
    const late = await mutate(guesser, 'joinOrgByLink', { token: link.token })
    expect(late).toMatchObject({ __typename: 'RateLimitedError' })
    expect(late.retryAfterSeconds).toBeGreaterThan(0)
    expect(late.retryAfterSeconds).toBeLessThanOrEqual(60)
    expect((await joinByLink(person, link)).__typename).toBe('JoinOrgByLinkPayload')
    // Tries with a known token are no guesses.
    for (let tried = 0; tried <= LINK_GUESSES_PER_MINUTE; tried++)
      expect((await joinByLink(person, link)).__typename).toBe('AlreadyOrgUserError')
  })
})

const PREVIEW = `query($token: String!) { orgInviteLinkPreview(token: $token) {
  orgName logoUrl roles emailDomains createdByName status expiresAt
} }`

describe('orgInviteLinkPreview', () => {
  it('shows nobody in particular enough to decide, also after the link has ended', async () => {
    const name = `Org ${crypto.randomUUID()}`
    const orgId = await createOrg(people.owner, { name })
    const logoUrl = 'https://logos.example/x.svg'
    await mutate(people.owner, 'updateOrg', { orgId, logoUrl })
    const link = await createLink(people.owner, orgId, { emailDomains: ['good.example'], roles: ['ADMIN'] })
    const { expiresAt } = (await readLinks(people.owner, orgId)).nodes[0]
    const preview = {
      orgName: name,
      logoUrl,
      roles: ['ADMIN'],
      emailDomains: ['good.example'],
      createdByName: people.owner.name,
      status: 'ACTIVE',
      expiresAt,
    }
    const read = async () =>
      (await testServer.nobody.ask(PREVIEW, { token: link.token })).data.orgInviteLinkPreview
    expect(await read()).toEqual(preview)
    await revokeLink(people.owner, link)
    expect(await read()).toEqual({ ...preview, status: 'REVOKED' })
  })

  it('reads one statement', async () => {
    const { token } = await createLink(people.owner, await createOrg(people.owner))
    expect(await statementsOf(() => testServer.nobody.ask(PREVIEW, { token }))).toHaveLength(1)
  })

  it('is null for an unknown token, and for the link of a deleted org', async () => {
    const orgId = await createOrg(people.owner)
    const link = await createLink(people.owner, orgId)
    const read = async (token: string) =>
      (await testServer.nobody.ask(PREVIEW, { token })).data.orgInviteLinkPreview
    expect(await read(`gl_${'A'.repeat(43)}`)).toBeNull()
    await mutate(people.owner, 'deleteOrg', { orgId })
    expect(await joinByLink(await testServer.signUp(), link)).toMatchObject({
      __typename: 'OrgNotActiveError',
    })
    await vi.waitFor(async () => expect(await read(link.token)).toBeNull(), WAIT)
    expect(await joinByLink(await testServer.signUp(), link)).toMatchObject({ __typename: 'NotFoundError' })
  })
})

describe('Org.inviteLinks', () => {
  it('filters by the status now, counts, and pages with one statement each', async () => {
    const orgId = await createOrg(people.owner)
    const links = []
    for (let made = 0; made < 4; made++) links.push(await createLink(people.owner, orgId, { maxUses: 1 }))
    const [active, revoked, expired, used] = links
    if (!active || !revoked || !expired || !used) throw new Error('no links')
    await revokeLink(people.owner, revoked)
    await expireLink(testServer, expired)
    await joinByLink(await testServer.signUp(), used)
    const ids = async (args: string) => {
      const { totalCount, nodes } = await readLinks(people.owner, orgId, args)
      expect(totalCount).toBe(nodes.length)
      return nodes.map(({ id }: { id: string }) => id)
    }
    expect(await ids('')).toEqual([used.id, expired.id, revoked.id, active.id])
    expect(await ids('(statuses: [ACTIVE])')).toEqual([active.id])
    expect(await ids('(statuses: [REVOKED])')).toEqual([revoked.id])
    expect(await ids('(statuses: [EXPIRED])')).toEqual([expired.id])
    expect(await ids('(statuses: [USED_UP])')).toEqual([used.id])
    expect(await ids('(statuses: [USED_UP, ACTIVE])')).toEqual([used.id, active.id])
    expect(await ids('(statuses: [])')).toEqual([])
    const document = `query($id: ID!) { org(id: $id) { inviteLinks(first: 2, statuses: [ACTIVE, EXPIRED]) {
      totalCount pageInfo { hasNextPage } nodes { id status createdBy { name } org { name } }
    } } }`
    const statements = await statementsOf(async () => {
      const { data } = await people.owner.ask(document, { id: orgId })
      expect(data.org.inviteLinks.nodes).toHaveLength(2)
    })
    expect(statements.filter(({ text }) => text.includes('org_invite_link'))).toHaveLength(2)
  })
})

describe('a link does not outlive its source:', () => {
  const losses: Array<[string, (orgId: string) => Promise<unknown>]> = [
    [
      'its maker is demoted',
      (orgId) =>
        mutate(people.owner, 'updateOrgUserRoles', {
          orgId,
          userId: people.admin.id,
          add: ['USER'],
          remove: ['ADMIN'],
        }),
    ],
    [
      'its maker is removed',
      (orgId) => mutate(people.owner, 'removeOrgUser', { orgId, userId: people.admin.id }),
    ],
    ['its maker leaves', (orgId) => mutate(people.admin, 'leaveOrg', { orgId })],
    [
      'its maker is suspended',
      (orgId) => mutate(people.owner, 'suspendOrgUser', { orgId, userId: people.admin.id }),
    ],
  ]
  it.each(losses)('it is REVOKED with its event when %s', async (_what, lose) => {
    const orgId = await createOrgWith(people)
    const link = await createLink(people.admin, orgId, { maxUses: 3 })
    const kept = await createLink(people.owner, orgId)
    await lose(orgId)
    const statuses = (await readLinks(people.owner, orgId)).nodes
    expect(statuses).toMatchObject([
      { id: kept.id, status: 'ACTIVE', revokedAt: null },
      { id: link.id, status: 'REVOKED', revokedAt: expect.any(String) },
    ])
    expect((await linkEvents(orgId)).filter((type) => type === 'INVITE_LINK_REVOKED')).toHaveLength(1)
    expect(await joinByLink(await testServer.signUp(), link)).toMatchObject({ linkStatus: 'REVOKED' })
  })

  it('only what is above the rank that is left is revoked', async () => {
    const orgId = await createOrgWith(people)
    await mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: people.admin.id, add: ['OWNER'] })
    const [low, high] = [
      await upsertAppRole(testServer),
      await upsertAppRole(testServer, { assignableBy: 'OWNER' }),
    ]
    const plain = await createLink(people.admin, orgId, { roles: ['ADMIN'], appRoleIds: [low.id] })
    const above = await createLink(people.admin, orgId, { appRoleIds: [high.id] })
    await mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: people.admin.id, remove: ['OWNER'] })
    expect((await readLinks(people.owner, orgId)).nodes).toMatchObject([
      { id: above.id, status: 'REVOKED' },
      { id: plain.id, status: 'ACTIVE' },
    ])
  })

  it('no event follows for a link that had ended before', async () => {
    const orgId = await createOrgWith(people)
    const expired = await createLink(people.admin, orgId)
    await expireLink(testServer, expired)
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: people.admin.id })
    expect(await statusOf(orgId)).toBe('EXPIRED')
    expect(await linkEvents(orgId)).toEqual(['INVITE_LINK_CREATED'])
  })

  it('it is REVOKED when the API token that made it is revoked, or its maker', async () => {
    const orgId = await createOrgWith(people)
    const token = await createToken(testServer, people.owner, orgPermissions, orgId)
    const below = await createToken(testServer, token, ['INVITE_CREATE'], orgId)
    const link = await createLink(below, orgId)
    await mutate(people.owner, 'revokeApiToken', { apiTokenId: token.id })
    expect(await statusOf(orgId)).toBe('REVOKED')
    expect(await joinByLink(await testServer.signUp(), link)).toMatchObject({ linkStatus: 'REVOKED' })
  })

  it('it is REVOKED when an instance token that made it is revoked, and nobody joins meanwhile', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, testServer.instance, ['INVITE_CREATE'])
    const link = await createLink(token, orgId)
    await mutate(testServer.instance, 'revokeApiToken', { apiTokenId: token.id })
    expect(await joinByLink(await testServer.signUp(), link)).toMatchObject({ linkStatus: 'REVOKED' })
    await vi.waitFor(async () => expect(await statusOf(orgId)).toBe('REVOKED'), WAIT)
  })

  it('it is REVOKED when one of its app roles gets a rank above its maker’s, and nobody joins meanwhile', async () => {
    const orgId = await createOrgWith(people)
    const { id, key } = await upsertAppRole(testServer, { assignableBy: 'ADMIN' })
    const link = await createLink(people.admin, orgId, { appRoleIds: [id] })
    const kept = await createLink(people.owner, orgId, { appRoleIds: [id] })
    await upsertAppRole(testServer, { key, assignableBy: 'OWNER' })
    expect(await joinByLink(await testServer.signUp(), link)).toMatchObject({ linkStatus: 'REVOKED' })
    await vi.waitFor(
      async () =>
        expect((await readLinks(people.owner, orgId)).nodes).toMatchObject([
          { id: kept.id, status: 'ACTIVE' },
          { id: link.id, status: 'REVOKED' },
        ]),
      WAIT,
    )
  })
})

it('a link is REVOKED when the account of its maker is deleted, and shows no maker', async () => {
  const orgId = await createOrg(people.owner)
  const maker = await testServer.signUp()
  await join(people.owner, orgId, maker, ['ADMIN'])
  const link = await createLink(maker, orgId)
  await mutate(maker, 'deleteUser', { userId: maker.id })
  expect((await readLinks(people.owner, orgId)).nodes[0]).toMatchObject({
    status: 'REVOKED',
    createdBy: null,
  })
  expect(await linkEvents(orgId)).toEqual(['INVITE_LINK_CREATED', 'INVITE_LINK_REVOKED'])
  expect(
    (await testServer.nobody.ask(PREVIEW, { token: link.token })).data.orgInviteLinkPreview,
  ).toMatchObject({
    createdByName: null,
    status: 'REVOKED',
  })
})

describe('revokeOrgInviteLink', () => {
  it('needs the rank for the link’s app roles too', async () => {
    const orgId = await createOrgWith(people)
    const { id } = await upsertAppRole(testServer, { assignableBy: 'OWNER' })
    const link = await createLink(people.owner, orgId, { appRoleIds: [id] })
    expect((await readLinks(people.admin, orgId)).nodes[0].viewerCanRevoke).toBe(false)
    expect(await mutate(people.admin, 'revokeOrgInviteLink', { orgInviteLinkId: link.id })).toMatchObject({
      __typename: 'RoleNotGrantableError',
      role: 'OWNER',
    })
    expect(await revokeLink(people.owner, link)).toMatchObject({ orgInviteLink: { status: 'REVOKED' } })
  })

  it('goes on while the org is not ACTIVE', async () => {
    const orgId = await createOrg(people.owner)
    const link = await createLink(people.owner, orgId)
    await mutate(testServer.instance, 'updateOrg', { orgId, status: 'PROVISIONING' })
    expect((await revokeLink(people.owner, link)).__typename).toBe('RevokeOrgInviteLinkPayload')
  })
})

it('an app role is in use while an active link grants it', async () => {
  const orgId = await createOrg(people.owner)
  const { id } = await upsertAppRole(testServer)
  const links = [
    await createLink(people.owner, orgId, { appRoleIds: [id] }),
    await createLink(people.owner, orgId, { appRoleIds: [id] }),
  ]
  const remove = () => mutate(testServer.instance, 'deleteAppRole', { appRoleId: id })
  expect(await remove()).toMatchObject({ __typename: 'AppRoleInUseError', orgUsers: 0, inviteLinks: 2 })
  for (const link of links) await revokeLink(people.owner, link)
  expect(await remove()).toMatchObject({ __typename: 'DeleteAppRolePayload' })
  expect((await readLinks(people.owner, orgId)).nodes[0].appRoles).toEqual([])
})

it('a link’s maker who joins again gets no old link back', async () => {
  const orgId = await createOrgWith(people)
  const link = await createLink(people.admin, orgId)
  await mutate(people.owner, 'removeOrgUser', { orgId, userId: people.admin.id })
  await join(people.owner, orgId, people.admin, ['ADMIN'])
  expect(await joinByLink(await testServer.signUp(), link)).toMatchObject({ linkStatus: 'REVOKED' })
})
