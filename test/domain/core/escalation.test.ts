import { describe, expect, it } from 'vitest'
import { expireNow, stopExpiryJob } from '../../support/expireNow.js'
import { askedBy } from '../../support/joinRequests.js'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import {
  createOrgWith,
  createToken,
  orgPermissions,
  readEverything,
  usePeople,
  without,
} from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)
stopExpiryJob(testServer)
const newAddress = () => `${crypto.randomUUID()}@new.example`

/**
 * What somebody below OWNER may try against owners. Each returns the mutation and its input for a
 * fresh org.
 */
const tries: Record<string, (orgId: string) => Promise<[mutation: string, input: Record<string, unknown>]>> =
  {
    'grants OWNER to an ADMIN': async (orgId) => [
      'updateOrgUserRoles',
      { orgId, userId: people.admin.id, add: ['OWNER'] },
    ],
    'grants OWNER to a USER': async (orgId) => [
      'updateOrgUserRoles',
      { orgId, userId: people.user.id, add: ['OWNER'] },
    ],
    'grants OWNER beside a lower role': async (orgId) => [
      'updateOrgUserRoles',
      { orgId, userId: people.user.id, add: ['ADMIN', 'OWNER'], remove: ['USER'] },
    ],
    'takes OWNER from somebody who doesn’t hold it': async (orgId) => [
      'updateOrgUserRoles',
      { orgId, userId: people.user.id, remove: ['OWNER'] },
    ],
    'takes OWNER from an owner': async (orgId) => [
      'updateOrgUserRoles',
      { orgId, userId: people.owner.id, add: ['USER'], remove: ['OWNER'] },
    ],
    'grants an owner a lower role': async (orgId) => [
      'updateOrgUserRoles',
      { orgId, userId: people.owner.id, add: ['USER'] },
    ],
    'takes a lower role from an owner': async (orgId) => {
      await mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: people.owner.id, add: ['ADMIN'] })
      return ['updateOrgUserRoles', { orgId, userId: people.owner.id, remove: ['ADMIN'] }]
    },
    'removes an owner': async (orgId) => ['removeOrgUser', { orgId, userId: people.owner.id }],
    'removes one of two owners': async (orgId) => {
      await join(people.owner, orgId, people.outsider, ['OWNER'])
      return ['removeOrgUser', { orgId, userId: people.outsider.id }]
    },
    'invites an OWNER': async (orgId) => [
      'createOrgInvite',
      { orgId, invitee: { email: newAddress() }, roles: ['OWNER'] },
    ],
    'invites an OWNER by user id': async (orgId) => [
      'createOrgInvite',
      { orgId, invitee: { userId: people.outsider.id }, roles: ['USER', 'OWNER'] },
    ],
    'invites an OWNER in bulk': async (orgId) => [
      'createOrgInvites',
      { orgId, invitees: [{ email: newAddress() }], roles: ['OWNER'] },
    ],
    'raises a pending invite to OWNER by a resend': async (orgId) => [
      'resendOrgInvite',
      { orgInviteId: await invite(people.admin, orgId, newAddress()), roles: ['OWNER'] },
    ],
    'resends an invite that grants OWNER': async (orgId) => [
      'resendOrgInvite',
      { orgInviteId: await invite(people.owner, orgId, newAddress(), { roles: ['OWNER'] }) },
    ],
    'lowers an invite that grants OWNER by a resend': async (orgId) => [
      'resendOrgInvite',
      {
        orgInviteId: await invite(people.owner, orgId, newAddress(), { roles: ['OWNER'] }),
        roles: ['USER'],
      },
    ],
    'renews an expired invite as OWNER': async (orgId) => {
      const orgInviteId = await invite(people.admin, orgId, newAddress())
      await expireNow(testServer, orgInviteId)
      return ['resendOrgInvite', { orgInviteId, roles: ['OWNER'] }]
    },
    'renews an expired invite that granted OWNER': async (orgId) => {
      const orgInviteId = await invite(people.owner, orgId, newAddress(), { roles: ['OWNER'] })
      await expireNow(testServer, orgInviteId)
      return ['resendOrgInvite', { orgInviteId }]
    },
    'approves a join request as OWNER': async (orgId) => [
      'approveOrgJoinRequest',
      {
        orgJoinRequestId: (await askedBy(testServer, orgId)).orgJoinRequestId,
        roles: ['USER', 'OWNER'],
      },
    ],
    'revokes an invite that grants OWNER': async (orgId) => [
      'revokeOrgInvite',
      { orgInviteId: await invite(people.owner, orgId, newAddress(), { roles: ['USER', 'OWNER'] }) },
    ],
  }

/** Clients below OWNER: by role, or with every permission except ORG_DELETE. */
const below: Record<string, (orgId: string) => Client | Promise<Client>> = {
  'an ADMIN': () => people.admin,
  'a token of the org': (orgId) =>
    createToken(testServer, people.owner, without('ORG_DELETE', orgPermissions), orgId),
  'a token of the instance': () => createToken(testServer, testServer.instance, without('ORG_DELETE')),
}

for (const [who, client] of Object.entries(below))
  describe(`${who} without ORG_DELETE gets RoleNotGrantableError and changes nothing when it`, () => {
    for (const [what, attempt] of Object.entries(tries))
      it(what, async () => {
        const orgId = await createOrgWith(people)
        const [mutation, input] = await attempt(orgId)
        const asking = await client(orgId)
        const before = await readEverything(testServer, orgId)

        expect(await mutate(asking, mutation, input)).toMatchObject({
          __typename: 'RoleNotGrantableError',
          role: 'OWNER',
        })
        expect(await readEverything(testServer, orgId)).toEqual(before)
      })
  })

describe('a token with ORG_DELETE', () => {
  const ending = /somebody who doesn’t hold it|^takes OWNER|removes an owner/
  for (const [what, attempt] of Object.entries(tries).filter(([what]) => !ending.test(what)))
    it(what, async () => {
      const orgId = await createOrgWith(people)
      const [mutation, input] = await attempt(orgId)
      const token = await createToken(testServer, people.owner, orgPermissions, orgId)
      expect((await mutate(token, mutation, input)).__typename).toMatch(/Payload$/)
    })
})

describe('an invalid role', () => {
  const asVariables: Array<[roles: unknown, answer: string]> = [
    [['owner'], 'BAD_USER_INPUT'],
    [['Owner'], 'BAD_USER_INPUT'],
    [['OWNER '], 'BAD_USER_INPUT'],
    [['ROOT'], 'BAD_USER_INPUT'],
    [[null], 'BAD_USER_INPUT'],
    [['USER', null], 'BAD_USER_INPUT'],
    [[['OWNER']], 'BAD_USER_INPUT'],
    [[2], 'BAD_USER_INPUT'],
    [{ 0: 'OWNER' }, 'BAD_USER_INPUT'],
    [true, 'BAD_USER_INPUT'],
    ['owner', 'BAD_USER_INPUT'],
    // GraphQL accepts a single value for a list.
    ['OWNER', 'RoleNotGrantableError'],
    [[], 'InvalidInputError'],
    // null means left out: the default applies.
    [null, 'CreateOrgInvitePayload'],
  ]
  const tryRoles = async (mutation: string, input: Record<string, unknown>) => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
    const { data, errors } = await people.admin.ask(
      `mutation($input: ${type}!) { ${mutation}(input: $input) { __typename } }`,
      { input },
    )
    return errors?.[0]?.extensions.code ?? data[mutation].__typename
  }

  for (const [roles, answer] of asVariables)
    it(`in ${JSON.stringify(roles)} is answered with ${answer}`, async () => {
      const orgId = await createOrgWith(people)
      expect(await tryRoles('createOrgInvite', { orgId, invitee: { email: newAddress() }, roles })).toBe(
        answer,
      )
      const { invites } = await readOrg(people.owner, orgId)
      const made = invites.nodes.filter(({ email }: { email: string }) => email.endsWith('new.example'))
      expect(made.map(({ roles }: { roles: string[] }) => roles)).toEqual(
        answer === 'CreateOrgInvitePayload' ? [['USER']] : [],
      )
    })

  it('is also refused by updateOrgUserRoles and resendOrgInvite', async () => {
    const orgId = await createOrgWith(people)
    const orgInviteId = await invite(people.admin, orgId, newAddress())
    const before = await readEverything(testServer, orgId)
    for (const roles of [['owner'], [null], [2]]) {
      expect(await tryRoles('updateOrgUserRoles', { orgId, userId: people.admin.id, add: roles })).toBe(
        'BAD_USER_INPUT',
      )
      expect(await tryRoles('resendOrgInvite', { orgInviteId, roles })).toBe('BAD_USER_INPUT')
    }
    for (const input of [
      {},
      { add: [] },
      { remove: null },
      { add: [], remove: [] },
      { add: ['USER'], remove: ['USER'] },
    ])
      expect(await tryRoles('updateOrgUserRoles', { orgId, userId: people.user.id, ...input })).toBe(
        'InvalidInputError',
      )
    expect(await tryRoles('resendOrgInvite', { orgInviteId, roles: [] })).toBe('InvalidInputError')
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('is also refused as a string in the document', async () => {
    const { errors } = await people.admin.ask(
      `mutation { createOrgInvite(input: { orgId: "x", invitee: { email: "a@b.example" }, roles: ["OWNER"] }) { __typename } }`,
    )
    expect(errors?.[0]?.extensions.code).toMatch(/BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED/)
  })
})

describe('up to their own rank', () => {
  it('an ADMIN may promote, demote and remove ADMINs, themselves included', async () => {
    const orgId = await createOrgWith(people)
    const update = (input: Record<string, unknown>) =>
      mutate(people.admin, 'updateOrgUserRoles', { orgId, ...input }, 'orgUser { roles }')
    expect(await update({ userId: people.user.id, add: ['ADMIN'], remove: ['USER'] })).toMatchObject({
      orgUser: { roles: ['ADMIN'] },
    })
    expect(await update({ userId: people.user.id, add: ['USER'], remove: ['ADMIN'] })).toMatchObject({
      orgUser: { roles: ['USER'] },
    })
    expect(await mutate(people.admin, 'removeOrgUser', { orgId, userId: people.user.id })).toMatchObject({
      __typename: 'RemoveOrgUserPayload',
    })
    expect(await update({ userId: people.admin.id, add: ['USER'], remove: ['ADMIN'] })).toMatchObject({
      orgUser: { roles: ['USER'] },
    })
    // They no longer have any role.
    expect(await update({ userId: people.admin.id, add: ['ADMIN'] })).toMatchObject({
      __typename: 'PermissionDeniedError',
      permission: 'MEMBER_UPDATE_ROLES',
    })
  })

  it.each([
    ['nobody', () => testServer.nobody, null],
    ['USER', () => people.user, []],
    ['ADMIN', () => people.admin, ['USER', 'ADMIN']],
    ['OWNER', () => people.owner, ['USER', 'ADMIN', 'OWNER']],
    ['INSTANCE_TOKEN', () => testServer.instance, ['USER', 'ADMIN', 'OWNER']],
    [
      'a token without ORG_DELETE',
      () => createToken(testServer, testServer.instance, ['ORG_READ', 'INVITE_CREATE']),
      ['USER', 'ADMIN'],
    ],
    [
      'a token that may only read',
      () => createToken(testServer, testServer.instance, ['ORG_READ', 'ORG_DELETE']),
      [],
    ],
  ] as const)('%s reads which roles they may grant', async (_who, client, roles) => {
    const orgId = await createOrgWith(people)
    const { data } = await (await client()).ask(
      'query($orgId: ID!) { org(id: $orgId) { viewerAssignableRoles } }',
      { orgId },
    )
    expect(data.org?.viewerAssignableRoles ?? null).toEqual(roles)
  })
})

describe('the creator of an API token', () => {
  const make = (client: Client, permissions: string[], orgId?: string) =>
    mutate(client, 'createApiToken', { name: 'stronger', permissions, ...(orgId && { orgId }) })

  it('cannot give it a permission that they lack', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, people.owner, ['API_TOKEN_MANAGE', 'ORG_READ'], orgId)
    const instanceToken = await createToken(testServer, testServer.instance, [
      'API_TOKEN_MANAGE',
      'USER_READ',
    ])
    for (const [client, permission, of] of [
      [people.owner, 'ORG_MANAGE', orgId],
      [people.owner, 'INVITE_LINK', orgId],
      [token, 'ORG_DELETE', orgId],
      [token, 'ORG_UPDATE', orgId],
      [instanceToken, 'ORG_READ', orgId],
      [instanceToken, 'ORG_MANAGE', undefined],
      [instanceToken, 'USER_MANAGE', undefined],
      // Only tokens of the instance can create tokens of the instance.
      [people.owner, 'API_TOKEN_MANAGE', undefined],
      [token, 'API_TOKEN_MANAGE', undefined],
    ] as const)
      expect(await make(client, ['API_TOKEN_MANAGE', permission], of)).toMatchObject({
        __typename: 'PermissionDeniedError',
        permission,
      })
    const { data } = await testServer.instance.ask('query($id: ID) { apiTokens(orgId: $id) { name } }', {
      id: orgId,
    })
    expect(data.apiTokens).toEqual([{ name: 'a token' }])
  })

  it('cannot give an org’s token a permission that is reserved for the instance', async () => {
    const orgId = await createOrg(people.owner)
    for (const permission of [
      'INVITE_RESPOND',
      'INVITE_LINK',
      'ORG_CREATE',
      'ORG_MANAGE',
      'USER_READ',
      'USER_MANAGE',
    ])
      expect(await make(testServer.instance, ['ORG_READ', permission], orgId)).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: 'permissions' }],
      })
  })
})
