import { beforeAll, describe, expect, it } from 'vitest'
import { createLink } from '../../support/inviteLinks.js'
import { askedBy } from '../../support/joinRequests.js'
import { createOrg, invite, mutate } from '../../support/mutate.js'
import {
  createOrgWith,
  createToken,
  everyPermission,
  granted,
  orgPermissions,
  type TokenClient,
  usePeople,
  without,
} from '../../support/people.js'
import { type Statement, statementsOf } from '../../support/statements.js'
import { ask, type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

// Reads change nothing, so all tests share one org.
let orgId: string
let invitee: TestPerson
let foreign: TokenClient
let suspended: TestPerson
let tokenOfSuspended: TokenClient
const ids: Record<string, string> = {}

beforeAll(async () => {
  orgId = await createOrgWith(people)
  invitee = await testServer.signUp()
  const otherOrg = await createOrg(people.outsider)
  foreign = await createToken(testServer, people.outsider, orgPermissions, otherOrg)
  suspended = await testServer.signUp()
  const roles = ['OWNER']
  await mutate(testServer.instance, 'addOrgUser', { orgId, userId: suspended.id, roles })
  tokenOfSuspended = await createToken(testServer, suspended, orgPermissions, orgId)
  await mutate(people.owner, 'suspendOrgUser', { orgId, userId: suspended.id })
  ids.Org = orgId
  ids.User = people.admin.id
  ids.OrgInvite = await invite(people.owner, orgId, invitee.email)
  ids.OrgInviteLink = (await createLink(people.owner, orgId)).id
  ids.OrgJoinRequest = (await askedBy(testServer, orgId)).orgJoinRequestId
  ids.ApiToken = (await createToken(testServer, people.owner, ['ORG_READ'], orgId)).id
  const bound = await mutate(
    people.owner,
    'bindEmailDomain',
    { orgId, domain: 'reads.example' },
    'emailDomain { id }',
  )
  ids.OrgEmailDomain = bound.emailDomain.id
  const { data } = await people.admin.ask('query($id: ID!) { org(id: $id) { viewerOrgUser { id } } }', {
    id: orgId,
  })
  ids.OrgUser = data.org.viewerOrgUser.id
})

describe('a field of an org is null without its permission', () => {
  const fields: Record<string, string[]> = {
    users: ['MEMBER_READ'],
    invites: ['INVITE_READ'],
    inviteCounts: ['INVITE_READ'],
    inviteLinks: ['INVITE_READ'],
    joinRequests: ['INVITE_READ'],
    emailDomains: ['EMAIL_DOMAIN_READ'],
    events: ['EVENT_READ'],
    eventCursor: ['INVITE_READ', 'EVENT_READ'],
  }
  const shown = (permissions: string[]) =>
    Object.keys(fields).filter((field) => fields[field]?.some((one) => permissions.includes(one)))
  const read = async (client: Client) => {
    const { data } = await client.ask(
      `query($id: ID!) { org(id: $id) {
        users { totalCount } invites { totalCount } inviteCounts { pending } inviteLinks { totalCount }
        joinRequests { totalCount } emailDomains { domain }
        events { nodes { seq } } eventCursor
      } }`,
      { id: orgId },
    )
    return data.org && Object.keys(data.org).filter((field) => data.org[field] !== null)
  }

  for (const role of ['USER', 'ADMIN', 'OWNER'] as const)
    it(`for ${role}`, async () => {
      const member = people[role.toLowerCase() as 'user' | 'admin' | 'owner']
      expect(await read(member)).toEqual(shown(granted[role]))
    })

  for (const permission of without('ORG_READ'))
    it(`for a token of the instance with ${permission}`, async () => {
      const token = await createToken(testServer, testServer.instance, ['ORG_READ', permission])
      expect(await read(token)).toEqual(shown([permission]))
    })

  for (const permission of without('ORG_READ', orgPermissions))
    it(`for a token of the org with ${permission}`, async () => {
      const token = await createToken(testServer, people.owner, ['ORG_READ', permission], orgId)
      expect(await read(token)).toEqual(shown([permission]))
    })

  it('and the org itself is null without ORG_READ, whatever other permissions the caller has', async () => {
    expect(await read(await createToken(testServer, testServer.instance, without('ORG_READ')))).toBeNull()
    expect(
      await read(await createToken(testServer, people.owner, without('ORG_READ', orgPermissions), orgId)),
    ).toBeNull()
    for (const client of [people.outsider, invitee, foreign, suspended, tokenOfSuspended, testServer.nobody])
      expect(await read(client)).toBeNull()
  })
})

describe('a node is null unless the viewer may see it', () => {
  /** The permission that shows each type, besides the viewer's own nodes. */
  const opens: Record<string, string> = {
    Org: 'ORG_READ',
    OrgUser: 'MEMBER_READ',
    OrgInvite: 'INVITE_READ',
    OrgInviteLink: 'INVITE_READ',
    OrgJoinRequest: 'INVITE_READ',
    User: 'USER_READ',
    OrgEmailDomain: 'EMAIL_DOMAIN_READ',
    ApiToken: 'API_TOKEN_READ',
  }
  const types = Object.keys(opens)
  const openedWith = (type: string) => types.filter((one) => opens[one] === opens[type])
  const allBut = (type: string) => types.filter((one) => one !== type)
  const viewers: Array<{ viewer: string; client: () => Client | Promise<Client>; sees: string[] }> = [
    { viewer: 'nobody', client: () => testServer.nobody, sees: [] },
    { viewer: 'an outsider', client: () => people.outsider, sees: [] },
    { viewer: 'the token of another org', client: () => foreign, sees: [] },
    { viewer: 'a suspended OWNER', client: () => suspended, sees: [] },
    { viewer: 'the token of a suspended OWNER', client: () => tokenOfSuspended, sees: [] },
    { viewer: 'an invitee', client: () => invitee, sees: ['OrgInvite'] },
    { viewer: 'a USER', client: () => people.user, sees: ['Org', 'OrgUser', 'User'] },
    { viewer: 'an ADMIN', client: () => people.admin, sees: allBut('ApiToken') },
    { viewer: 'an OWNER', client: () => people.owner, sees: types },
    { viewer: 'INSTANCE_TOKEN', client: () => testServer.instance, sees: types },
    ...types.map((type) => ({
      viewer: `a token of the instance with ${opens[type]}`,
      client: () => createToken(testServer, testServer.instance, [opens[type] ?? '']),
      // USER_READ shows memberships too.
      sees: type === 'User' ? ['OrgUser', 'User'] : openedWith(type),
    })),
    ...allBut('User').map((type) => ({
      viewer: `a token of the org with ${opens[type]}`,
      client: () => createToken(testServer, people.owner, [opens[type] ?? ''], orgId),
      // MEMBER_READ shows the users behind the memberships too.
      sees: type === 'OrgUser' ? ['OrgUser', 'User'] : openedWith(type),
    })),
    {
      viewer: 'a token of the instance with every other permission',
      client: () =>
        createToken(
          testServer,
          testServer.instance,
          everyPermission.filter((permission) => !Object.values(opens).includes(permission)),
        ),
      sees: [],
    },
  ]

  for (const { viewer, client, sees } of viewers)
    it(`${viewer} sees ${sees.join(', ') || 'nothing'} by node, by nodes and by name`, async () => {
      const asking = await client()
      const expected = types.map((type) => (sees.includes(type) ? { __typename: type, id: ids[type] } : null))
      const { data } = await asking.ask(
        `query($ids: [ID!]!, $org: ID!, $user: ID!, $email: String!, $name: String!, $slug: String!, $invite: ID!) {
          nodes(ids: $ids) { __typename id }
          org(id: $org) { id } orgByName(name: $name) { id }
          orgBySlug(slug: $slug) { id } orgByExternalId(externalId: $slug) { id }
          user(id: $user) { id } userByEmail(email: $email) { id } orgInvite(id: $invite) { id }
        }`,
        {
          ids: types.map((type) => ids[type]),
          org: ids.Org,
          ...(await namesOf(orgId)),
          user: ids.User,
          email: people.admin.email.toUpperCase(),
          invite: ids.OrgInvite,
        },
      )
      const byName = (type: string) => (sees.includes(type) ? { id: ids[type] } : null)
      expect(data).toEqual({
        nodes: expected,
        org: byName('Org'),
        orgByName: byName('Org'),
        orgBySlug: byName('Org'),
        orgByExternalId: byName('Org'),
        user: byName('User'),
        userByEmail: byName('User'),
        orgInvite: byName('OrgInvite'),
      })
      for (const [index, type] of types.entries()) {
        const one = await asking.ask('query($id: ID!) { node(id: $id) { __typename id } }', { id: ids[type] })
        expect(one.data.node).toEqual(expected[index])
      }
    })
})

it('a lookup of a hidden node runs the same statements as a lookup of a missing one, and none for anonymous callers', async () => {
  const read = (client: Client, email: string, names: { name: string; slug: string }) =>
    statementsOf(async () => {
      const { data } = await client.ask(
        `query($email: String!, $name: String!, $slug: String!) {
          userByEmail(email: $email) { id } orgByName(name: $name) { id }
          orgBySlug(slug: $slug) { id } orgByExternalId(externalId: $slug) { id }
        }`,
        { email, ...names },
      )
      expect(data).toEqual({ userByEmail: null, orgByName: null, orgBySlug: null, orgByExternalId: null })
    })
  const textsOf = (statements: Statement[]) => statements.map(({ text }) => text).sort()
  const hidden = [people.admin.email, await namesOf(orgId)] as const
  for (const client of [people.outsider, foreign, suspended, tokenOfSuspended]) {
    expect(textsOf(await read(client, ...hidden))).toEqual(
      textsOf(await read(client, 'no@body.example', { name: 'No such org', slug: 'no-such-org' })),
    )
  }
  expect(await read(testServer.nobody, ...hidden)).toEqual([])
})

/** Gives the org an external id that is its slug. */
async function namesOf(orgId: string): Promise<{ name: string; slug: string }> {
  const { data } = await testServer.instance.ask('query($id: ID!) { org(id: $id) { name slug } }', {
    id: orgId,
  })
  await mutate(testServer.instance, 'updateOrg', { orgId, externalId: data.org.slug })
  return data.org
}

describe('apiTokens', () => {
  const list = async (client: Client, of?: string) => {
    const { data, errors } = await client.ask('query($of: ID) { apiTokens(orgId: $of) { id } }', { of })
    return errors ? errors.map(({ extensions }) => extensions.code) : data.apiTokens.length > 0
  }

  it.each([
    ['nobody', () => testServer.nobody, ['UNAUTHENTICATED'], ['UNAUTHENTICATED']],
    ['an outsider', () => people.outsider, ['FORBIDDEN'], ['FORBIDDEN']],
    ['a USER', () => people.user, ['FORBIDDEN'], ['FORBIDDEN']],
    ['an ADMIN', () => people.admin, ['FORBIDDEN'], ['FORBIDDEN']],
    ['an OWNER', () => people.owner, true, ['FORBIDDEN']],
    ['the token of another org', () => foreign, ['FORBIDDEN'], ['FORBIDDEN']],
    ['a suspended OWNER', () => suspended, ['FORBIDDEN'], ['FORBIDDEN']],
    ['the token of a suspended OWNER', () => tokenOfSuspended, ['FORBIDDEN'], ['FORBIDDEN']],
    [
      'a token of the org with every permission',
      () => createToken(testServer, people.owner, orgPermissions, orgId),
      true,
      ['FORBIDDEN'],
    ],
    [
      'a token of the org without API_TOKEN_READ',
      () => createToken(testServer, people.owner, without('API_TOKEN_READ', orgPermissions), orgId),
      ['FORBIDDEN'],
      ['FORBIDDEN'],
    ],
    [
      'a token of the instance with API_TOKEN_READ',
      () => createToken(testServer, testServer.instance, ['API_TOKEN_READ']),
      true,
      true,
    ],
    [
      'a token of the instance without API_TOKEN_READ',
      () => createToken(testServer, testServer.instance, without('API_TOKEN_READ')),
      ['FORBIDDEN'],
      ['FORBIDDEN'],
    ],
  ] as const)('for %s are %o', async (_who, client, ofOrg, ofInstance) => {
    const asking = await client()
    expect(await list(asking, orgId)).toEqual(ofOrg)
    expect(await list(asking)).toEqual(ofInstance)
  })

  it('of a missing org are as FORBIDDEN as those of an existing one', async () => {
    expect(await list(people.outsider, btoa('Org:0190f5a0-1234-7abc-8def-000000000001'))).toEqual([
      'FORBIDDEN',
    ])
    expect(await list(people.outsider, 'nonsense')).toEqual(['FORBIDDEN'])
  })
})

describe.each([
  ['the accelerator', true],
  ['the plain path', false],
])('the org field on %s', (_path, fast) => {
  let url: string
  beforeAll(async () => {
    url = fast ? testServer.url : (await testServer.startAnother({ env: { ACCELERATOR: 'none' } })).url
  })

  /**
   * The id of the org if it is shown, otherwise the error's code. From the second request on the
   * accelerator serves the document.
   */
  const orgOn = async (
    { authorization }: Client,
    query: string,
    variables: object,
    // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers, and a wrong path fails them
    of: (data: any) => { status: string } | null,
  ) => {
    const asked = () => ask(url, authorization, query, { ...variables })
    await asked()
    const { data, errors } = await asked()
    return errors ? errors[0]?.extensions.code : of(data)?.status
  }
  const org = 'org { name status tier limits { seats } resources { kind } createdBy { id } }'
  const ofMember = (client: Client) =>
    orgOn(
      client,
      `query($id: ID!) { user(id: $id) { orgUsers { nodes { ${org} } } } }`,
      { id: ids.User },
      ({ user }) => user.orgUsers.nodes[0].org,
    )
  const node = (type: string) => (client: Client) =>
    orgOn(
      client,
      `query($id: ID!) { node(id: $id) { ... on ${type} { ${org} } } }`,
      { id: ids[type] },
      (data) => data.node.org,
    )
  const ofToken = (client: Client) =>
    orgOn(
      client,
      `query($id: ID!) { apiTokens(orgId: $id) { ${org} } }`,
      { id: orgId },
      ({ apiTokens }) => apiTokens[0].org,
    )

  it.each([
    ['a membership', ofMember, ['USER_READ'], undefined, 'FORBIDDEN'],
    ['a membership', node('OrgUser'), ['MEMBER_READ'], 'org', 'FORBIDDEN'],
    ['a domain', node('OrgEmailDomain'), ['EMAIL_DOMAIN_READ'], 'org', 'FORBIDDEN'],
    ['a token', ofToken, ['API_TOKEN_READ'], 'org', undefined],
    ['a token', ofToken, ['API_TOKEN_READ'], undefined, undefined],
  ] as const)(
    'that is %s is visible to a token only with ORG_READ (%#)',
    async (_what, read, held, whose, without) => {
      const [maker, of] = whose === 'org' ? [people.owner, orgId] : [testServer.instance, undefined]
      expect(await read(await createToken(testServer, maker, held, of))).toBe(without)
      expect(await read(await createToken(testServer, maker, [...held, 'ORG_READ'], of))).toBe('ACTIVE')
    },
  )

  it('is visible to the org’s members', async () => {
    expect(await ofMember(people.admin)).toBe('ACTIVE')
    expect(await node('OrgUser')(people.user)).toBe('ACTIVE')
    expect(await node('OrgEmailDomain')(people.admin)).toBe('ACTIVE')
    expect(await ofToken(people.owner)).toBe('ACTIVE')
  })

  it('is visible to a caller who may act on the org', async () => {
    const binder = await createToken(testServer, people.owner, ['EMAIL_DOMAIN_MANAGE'], orgId)
    const input = { orgId, domain: 'reads.example' }
    expect(
      await orgOn(
        binder,
        `mutation($input: BindEmailDomainInput!) { bindEmailDomain(input: $input) { ... on BindEmailDomainPayload { emailDomain { ${org} } } } }`,
        { input },
        (data) => data.bindEmailDomain.emailDomain.org,
      ),
    ).toBe('ACTIVE')
  })
})
