import { describe, expect, it, vi } from 'vitest'
import { type AppRole, AppRoleNotGrantableError } from '../../../src/domain/core/appRole.js'
import { fromKept, toKept } from '../../../src/domain/core/refusal.js'
import { upsertAppRole } from '../../support/appRoles.js'
import { expireNow } from '../../support/expireNow.js'
import { insertInvites } from '../../support/insertInvites.js'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createOrgWith, createToken, readEverything, usePeople } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

const newAddress = () => `${crypto.randomUUID()}@new.example`
const unknown = btoa('AppRole:0190f5a0-1234-7abc-8def-000000000001')
const role = (assignableBy: 'USER' | 'ADMIN' | 'OWNER' = 'ADMIN') =>
  upsertAppRole(testServer, { assignableBy, permissions: ['x'] })
const shown = 'orgInvite { id status roles appRoles { key } viewerCanResend }'
const create = (by: Client, orgId: string, input: Record<string, unknown>) =>
  mutate(by, 'createOrgInvite', { orgId, invitee: { email: newAddress() }, ...input }, shown)
const resend = (by: Client, orgInviteId: string, input: Record<string, unknown> = {}) =>
  mutate(by, 'resendOrgInvite', { orgInviteId, ...input }, shown)
const accept = (by: Client, orgInviteId: string) =>
  mutate(by, 'acceptOrgInvite', { invite: { orgInviteId } }, 'orgUser { roles appRoles { key } }')

async function inviteOf(orgInviteId: string, by: Client = testServer.instance) {
  const { data } = await by.ask(
    'query($id: ID!) { orgInvite(id: $id) { status appRoles { key } viewerCanResend } }',
    { id: orgInviteId },
  )
  return data.orgInvite
}

const untilRevoked = (orgInviteId: string) =>
  vi.waitFor(async () => expect((await inviteOf(orgInviteId)).status).toBe('REVOKED'), { timeout: 10_000 })

describe('an invite with app roles', () => {
  it('shows them to the invitee, and grants them', async () => {
    const orgId = await createOrgWith(people)
    const [one, other] = [await role(), await role()]
    const appRoles = [one.key, other.key].sort().map((key) => ({ key }))
    const invitee = await testServer.signUp()
    const made = await create(people.admin, orgId, {
      invitee: { email: invitee.email },
      appRoleIds: [one.id, other.id, one.id],
    })
    expect(made.orgInvite).toMatchObject({ appRoles, viewerCanResend: true })
    expect(await inviteOf(made.orgInvite.id, invitee)).toMatchObject({ appRoles })
    expect(await accept(invitee, made.orgInvite.id)).toMatchObject({ orgUser: { roles: ['USER'], appRoles } })
    const { data } = await people.owner.ask(
      `query($orgId: ID!) { org(id: $orgId) { events(last: 1) { nodes {
        ... on OrgUserEvent { memberEventType appRoles previousAppRoles } } } } }`,
      { orgId },
    )
    expect(data.org.events.nodes[0]).toEqual({
      memberEventType: 'JOINED',
      appRoles: appRoles.map(({ key }) => key),
      previousAppRoles: [],
    })
  })

  it('adds them to those of a member, and takes none', async () => {
    const orgId = await createOrg(people.owner)
    const [one, other] = [await role(), await role()]
    const orgInviteId = await invite(people.owner, orgId, people.user.email, { appRoleIds: [one.id] })
    await mutate(testServer.instance, 'addOrgUser', { orgId, userId: people.user.id, appRoleIds: [other.id] })
    expect(await accept(people.user, orgInviteId)).toMatchObject({
      orgUser: { appRoles: [one.key, other.key].sort().map((key) => ({ key })) },
    })
  })

  it('needs the rank, and existing app roles', async () => {
    const orgId = await createOrgWith(people)
    const { id } = await role('OWNER')
    const before = await readEverything(testServer, orgId)
    for (const [appRoleIds, answer] of [
      [[id], 'AppRoleNotGrantableError'],
      [[id, unknown], 'NotFoundError'],
      [['nonsense'], 'NotFoundError'],
      [Array(201).fill(id), 'InvalidInputError'],
    ] as const) {
      expect(await create(people.admin, orgId, { appRoleIds })).toMatchObject({ __typename: answer })
      expect(
        await mutate(people.admin, 'createOrgInvites', {
          orgId,
          invitees: [{ email: newAddress() }],
          appRoleIds,
        }),
      ).toMatchObject({ __typename: answer })
    }
    expect(await readEverything(testServer, orgId)).toEqual(before)
    expect(await create(people.owner, orgId, { appRoleIds: [id] })).toMatchObject({
      __typename: 'CreateOrgInvitePayload',
    })
  })

  it('is one of many with the same app roles', async () => {
    const orgId = await createOrg(people.owner)
    const { id, key } = await role()
    const { results } = await mutate(
      people.owner,
      'createOrgInvites',
      { orgId, invitees: [{ email: newAddress() }, { email: newAddress() }], appRoleIds: [id] },
      'results { ... on CreateOrgInvitePayload { orgInvite { appRoles { key } } } }',
    )
    expect(results).toEqual(Array(2).fill({ orgInvite: { appRoles: [{ key }] } }))
  })

  it('keeps an app role from being deleted only while it is pending', async () => {
    const orgId = await createOrg(people.owner)
    const { id } = await role()
    const revoked = await invite(people.owner, orgId, newAddress(), { appRoleIds: [id] })
    const expired = await invite(people.owner, orgId, newAddress(), { appRoleIds: [id] })
    const remove = () => mutate(testServer.instance, 'deleteAppRole', { appRoleId: id })
    expect(await remove()).toMatchObject({ __typename: 'AppRoleInUseError', orgUsers: 0, pendingInvites: 2 })
    await mutate(people.owner, 'revokeOrgInvite', { orgInviteId: revoked })
    expect(await remove()).toMatchObject({ pendingInvites: 1 })
    await expireNow(testServer, expired)
    expect(await remove()).toMatchObject({ __typename: 'DeleteAppRolePayload' })
    expect(await inviteOf(revoked)).toMatchObject({ appRoles: [] })
    // The app role is gone, so the renewed invite doesn't grant it.
    expect((await resend(people.owner, expired)).orgInvite).toMatchObject({ status: 'PENDING', appRoles: [] })
  })
})

describe('a call that is repeated with its idempotency key', () => {
  it('needs the rank of the app roles again', async () => {
    const orgId = await createOrgWith(people)
    const { id, key } = await role()
    const token = await createToken(testServer, testServer.instance, ['MEMBER_ADD'])
    const invited = newAddress()
    const calls: Array<[by: Client, mutation: string, input: Record<string, unknown>]> = [
      [people.admin, 'createOrgInvite', { orgId, invitee: { email: newAddress() }, appRoleIds: [id] }],
      [people.admin, 'createOrgInvites', { orgId, invitees: [{ email: newAddress() }], appRoleIds: [id] }],
      [
        people.admin,
        'resendOrgInvite',
        { orgInviteId: await invite(people.owner, orgId, invited), appRoleIds: [id] },
      ],
      [token, 'addOrgUser', { orgId, userId: (await testServer.signUp()).id, appRoleIds: [id] }],
    ]
    const keyed = calls.map(
      ([by, mutation, input]) => [by, mutation, { ...input, idempotencyKey: crypto.randomUUID() }] as const,
    )
    const callAll = async () => {
      const answers = []
      for (const [by, mutation, input] of keyed) answers.push((await mutate(by, mutation, input)).__typename)
      return answers
    }
    const first = await callAll()
    expect(first).toEqual(
      calls.map(([, mutation]) => expect.stringMatching(new RegExp(`^${mutation}Payload`, 'i'))),
    )
    const before = await readEverything(testServer, orgId)
    expect(await callAll()).toEqual(first)
    expect(await readEverything(testServer, orgId)).toEqual(before)
    await upsertAppRole(testServer, { key, assignableBy: 'OWNER' })
    expect(await callAll()).toEqual(Array(4).fill('AppRoleNotGrantableError'))
  })

  it('shows the app role of a refusal that was kept', () => {
    const appRole: AppRole = {
      id: crypto.randomUUID(),
      key: 'k',
      name: 'A role',
      description: null,
      permissions: ['x'],
      assignableBy: 'OWNER',
      createdAt: new Date(),
    }
    const kept = JSON.parse(JSON.stringify(toKept(new AppRoleNotGrantableError(appRole))))
    const again = fromKept(kept, [AppRoleNotGrantableError])
    expect(again).toBeInstanceOf(AppRoleNotGrantableError)
    expect(again).toMatchObject({ appRole, message: kept.message })
  })
})

describe('resendOrgInvite', () => {
  it('leaves the app roles as they are if it names none', async () => {
    const orgId = await createOrg(people.owner)
    const { id, key } = await role()
    const orgInviteId = await invite(people.owner, orgId, newAddress(), { appRoleIds: [id] })
    for (const input of [{}, { appRoleIds: null }, { roles: ['ADMIN'] }])
      expect((await resend(people.owner, orgInviteId, input)).orgInvite.appRoles).toEqual([{ key }])
    await expireNow(testServer, orgInviteId)
    const renewed = (await resend(people.owner, orgInviteId)).orgInvite
    expect(renewed.appRoles).toEqual([{ key }])
    expect(renewed.id).not.toBe(orgInviteId)
  })

  it('replaces them by those that it names', async () => {
    const orgId = await createOrg(people.owner)
    const [one, other] = [await role(), await role()]
    const orgInviteId = await invite(people.owner, orgId, newAddress(), { appRoleIds: [one.id] })
    const replaced = await resend(people.owner, orgInviteId, { appRoleIds: [other.id] })
    expect(replaced.orgInvite.appRoles).toEqual([{ key: other.key }])
    expect((await resend(people.owner, orgInviteId, { appRoleIds: [] })).orgInvite.appRoles).toEqual([])
  })

  it('needs the rank of the app roles before and after', async () => {
    const orgId = await createOrgWith(people)
    const [low, high] = [await role(), await role('OWNER')]
    const before = await invite(people.owner, orgId, newAddress(), { appRoleIds: [high.id] })
    const after = await invite(people.owner, orgId, newAddress(), { appRoleIds: [low.id] })
    const all = await readEverything(testServer, orgId)
    for (const [orgInviteId, input] of [
      [before, {}],
      [before, { appRoleIds: [] }],
      [before, { appRoleIds: [low.id] }],
      [after, { appRoleIds: [high.id] }],
    ] as const)
      expect(await resend(people.admin, orgInviteId, input)).toMatchObject({
        __typename: 'AppRoleNotGrantableError',
        appRole: { id: high.id },
      })
    expect(await resend(people.admin, after, { appRoleIds: [unknown] })).toMatchObject({
      __typename: 'NotFoundError',
    })
    expect(await readEverything(testServer, orgId)).toEqual(all)
    expect((await inviteOf(before, people.admin)).viewerCanResend).toBe(false)
    expect((await inviteOf(after, people.admin)).viewerCanResend).toBe(true)
    expect(await resend(people.admin, after)).toMatchObject({ __typename: 'ResendOrgInvitePayload' })
  })
})

describe('an invite that the INSTANCE_TOKEN resends', () => {
  it.each([
    ['a role', async () => ({ roles: ['OWNER'] })],
    ['an app role', async () => ({ appRoleIds: [(await role('OWNER')).id] })],
  ])('grants %s above the rank of the member who made it', async (_what, grants) => {
    const orgId = await createOrgWith(people)
    const invitee = await testServer.signUp()
    const orgInviteId = await invite(people.admin, orgId, invitee.email)
    const input = await grants()
    expect(await resend(testServer.instance, orgInviteId, input)).toMatchObject({
      __typename: 'ResendOrgInvitePayload',
    })
    expect(await resend(people.admin, orgInviteId)).not.toMatchObject({
      __typename: 'ResendOrgInvitePayload',
    })
    expect(await accept(invitee, orgInviteId)).toMatchObject({ __typename: 'AcceptOrgInvitePayload' })
  })

  it('keeps an app role that needs a higher rank later, and falls when its maker may invite nobody any more', async () => {
    const orgId = await createOrgWith(people)
    const { id, key } = await role()
    const [invitee, other] = [await testServer.signUp(), await testServer.signUp()]
    const [kept, fallen] = [
      await invite(people.admin, orgId, invitee.email, { appRoleIds: [id] }),
      await invite(people.admin, orgId, other.email),
    ]
    await resend(testServer.instance, kept)
    await resend(testServer.instance, fallen, { roles: ['OWNER'] })
    await upsertAppRole(testServer, { key, assignableBy: 'OWNER' })
    expect(await accept(invitee, kept)).toMatchObject({ orgUser: { appRoles: [{ key }] } })
    await mutate(people.owner, 'suspendOrgUser', { orgId, userId: people.admin.id })
    expect(await inviteOf(fallen)).toMatchObject({ status: 'REVOKED' })
  })
})

describe('a pending invite whose sender may not grant its app roles any more is revoked', () => {
  it('when the sender loses the rank', async () => {
    const orgId = await createOrgWith(people)
    await mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: people.admin.id, add: ['OWNER'] })
    const [low, high] = [await role(), await role('OWNER')]
    const beyond = await invite(people.admin, orgId, newAddress(), { appRoleIds: [low.id, high.id] })
    const within = await invite(people.admin, orgId, newAddress(), { appRoleIds: [low.id] })
    const resent = await invite(people.owner, orgId, newAddress(), { appRoleIds: [high.id] })
    await resend(people.admin, resent)
    await mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: people.admin.id, remove: ['OWNER'] })
    expect(await inviteOf(beyond)).toMatchObject({ status: 'REVOKED' })
    expect(await inviteOf(within)).toMatchObject({ status: 'PENDING' })
    expect(await inviteOf(resent)).toMatchObject({ status: 'REVOKED' })
  })

  it('when the app role needs a higher rank, with the token that raised it as the actor', async () => {
    const orgId = await createOrgWith(people)
    const { id, key } = await role()
    const token = await createToken(testServer, testServer.instance, ['INVITE_CREATE'])
    const ranked = await createToken(testServer, testServer.instance, ['INVITE_CREATE', 'ORG_DELETE'])
    const invitee = await testServer.signUp()
    const grants = { appRoleIds: [id] }
    const revoked = [
      await invite(people.admin, orgId, invitee.email, grants),
      await invite(token, orgId, newAddress(), grants),
    ]
    const kept = [
      await invite(people.owner, orgId, newAddress(), grants),
      await invite(ranked, orgId, newAddress(), grants),
      await invite(testServer.instance, orgId, newAddress(), grants),
      await invite(people.admin, orgId, newAddress()),
    ]
    const resent = await invite(people.owner, orgId, newAddress(), grants)
    await resend(people.admin, resent)
    const member = await testServer.signUp()
    await accept(member, await invite(people.admin, orgId, member.email, grants))
    const raiser = await createToken(testServer, testServer.instance, ['APP_ROLE_MANAGE'])
    await mutate(raiser, 'upsertAppRole', { key, name: 'Higher', permissions: [], assignableBy: 'OWNER' })
    // At once, before the job has revoked it.
    expect(await accept(invitee, revoked[0] ?? '')).toMatchObject({
      __typename: 'OrgInviteNotPendingError',
      inviteStatus: 'REVOKED',
    })
    for (const orgInviteId of [...revoked, resent]) await untilRevoked(orgInviteId)
    for (const orgInviteId of kept) expect(await inviteOf(orgInviteId)).toMatchObject({ status: 'PENDING' })
    const { data } = await testServer.instance.ask(
      `query($orgId: ID!) { org(id: $orgId) { events(last: 1) { nodes {
        actor { id } actorToken { id } ... on OrgInviteEvent { inviteEventType } } }
        users(filter: { appRoleId: "${id}" }) { nodes { user { id } } } } }`,
      { orgId },
    )
    expect(data.org.events.nodes[0]).toEqual({
      inviteEventType: 'REVOKED',
      actor: null,
      actorToken: { id: raiser.id },
    })
    // Members keep it.
    expect(data.org.users.nodes).toEqual([{ user: { id: member.id } }])
  })

  it('in all orgs, also if there are more than one transaction revokes', async () => {
    const { key } = await role()
    const { pool } = testServer.server.app.database
    const orgs = [await createOrgWith(people), await createOrgWith(people)]
    const [small = '', large = ''] = orgs
    const expiresAt = new Date(Date.now() + 60_000)
    await insertInvites(pool, small, { count: 1, expiresAt })
    await insertInvites(pool, large, { count: 250, expiresAt, prefix: 'many' })
    // Every tenth is of the owner, who has the rank.
    await pool.query(
      `update org_invite set app_roles = array[$1],
        invited_by_id = case when email like 'many%0@%' then $2::uuid else $3::uuid end
      where email like '%@load.example'`,
      [key, uuidOf(people.owner.id), uuidOf(people.admin.id)],
    )
    await upsertAppRole(testServer, { key, assignableBy: 'OWNER' })
    await vi.waitFor(
      async () => {
        const counts = await Promise.all(
          orgs.map(async (orgId) => (await readOrg(people.owner, orgId)).inviteCounts),
        )
        expect(counts).toMatchObject([
          { pending: 0, revoked: 1 },
          { pending: 25, revoked: 225 },
        ])
      },
      { timeout: 10_000 },
    )
  })

  it('can’t be accepted if a token sent it, before the job has revoked it', async () => {
    const orgId = await createOrg(people.owner)
    const { id, key } = await role()
    const invitee = await testServer.signUp()
    const token = await createToken(testServer, people.owner, ['INVITE_CREATE'], orgId)
    const orgInviteId = await invite(token, orgId, invitee.email, { appRoleIds: [id] })
    await upsertAppRole(testServer, { key, assignableBy: 'OWNER' })
    expect(await accept(invitee, orgInviteId)).toMatchObject({
      __typename: 'OrgInviteNotPendingError',
      inviteStatus: 'REVOKED',
    })
  })

  it('but not when the token that sent it expires', async () => {
    const orgId = await createOrg(people.owner)
    const invitee = await testServer.signUp()
    const token = await createToken(testServer, people.owner, ['INVITE_CREATE', 'ORG_DELETE'], orgId)
    const orgInviteId = await invite(token, orgId, invitee.email, {
      roles: ['OWNER'],
      appRoleIds: [(await role('OWNER')).id],
    })
    await testServer.server.app.database.pool.query(
      'update api_token set expires_at = clock_timestamp() where id = $1',
      [uuidOf(token.id)],
    )
    expect(await accept(invitee, orgInviteId)).toMatchObject({ __typename: 'AcceptOrgInvitePayload' })
  })

  it('but not when the app role needs a lower rank', async () => {
    const orgId = await createOrgWith(people)
    const { id, key } = await role('OWNER')
    const orgInviteId = await invite(people.owner, orgId, newAddress(), { appRoleIds: [id] })
    await upsertAppRole(testServer, { key, assignableBy: 'USER' })
    const someone = await testServer.signUp()
    await join(people.owner, orgId, someone)
    expect(await inviteOf(orgInviteId)).toMatchObject({ status: 'PENDING' })
  })
})
