import { beforeAll, describe, expect, it } from 'vitest'
import { act, foundOrg, invite } from '../../support/mutate.js'
import {
  everyPermission,
  granted,
  orgOf,
  orgPermissions,
  type TokenClient,
  tokenOf,
  useCast,
  without,
} from '../../support/people.js'
import { type Statement, statementsOf } from '../../support/statements.js'
import { ask, type Client, type TestPerson, useWorld } from '../../support/testServer.js'

const world = useWorld()
const cast = useCast(world)

// Reads change nothing, so all of them look at one org.
let orgId: string
let invitee: TestPerson
let foreign: TokenClient
const ids: Record<string, string> = {}

beforeAll(async () => {
  orgId = await orgOf(cast)
  invitee = await world.person()
  const otherOrg = await foundOrg(cast.outsider)
  foreign = await tokenOf(world, cast.outsider, orgPermissions, otherOrg)
  ids.Org = orgId
  ids.User = cast.admin.id
  ids.OrgInvite = await invite(cast.owner, orgId, invitee.email)
  ids.ApiToken = (await tokenOf(world, cast.owner, ['ORG_READ'], orgId)).id
  const bound = await act(
    cast.owner,
    'bindEmailDomain',
    { orgId, domain: 'reads.example' },
    'emailDomain { id }',
  )
  ids.OrgEmailDomain = bound.emailDomain.id
  const { data } = await cast.admin.ask('query($id: ID!) { org(id: $id) { viewerOrgUser { id } } }', {
    id: orgId,
  })
  ids.OrgUser = data.org.viewerOrgUser.id
})

describe('a field of an org is null without its permission', () => {
  const fields: Record<string, string[]> = {
    users: ['MEMBER_READ'],
    invites: ['INVITE_READ'],
    inviteCounts: ['INVITE_READ'],
    emailDomains: ['EMAIL_DOMAIN_READ'],
    events: ['EVENT_READ'],
    eventCursor: ['INVITE_READ', 'EVENT_READ'],
  }
  const shown = (permissions: string[]) =>
    Object.keys(fields).filter((field) => fields[field]?.some((one) => permissions.includes(one)))
  const read = async (client: Client) => {
    const { data } = await client.ask(
      `query($id: ID!) { org(id: $id) {
        users { totalCount } invites { totalCount } inviteCounts { pending } emailDomains { domain }
        events { nodes { seq } } eventCursor
      } }`,
      { id: orgId },
    )
    return data.org && Object.keys(data.org).filter((field) => data.org[field] !== null)
  }

  for (const role of ['USER', 'ADMIN', 'OWNER'] as const)
    it(`for ${role}`, async () => {
      const member = cast[role.toLowerCase() as 'user' | 'admin' | 'owner']
      expect(await read(member)).toEqual(shown(granted[role]))
    })

  for (const permission of without('ORG_READ'))
    it(`for a token of the instance with ${permission}`, async () => {
      const token = await tokenOf(world, world.instance, ['ORG_READ', permission])
      expect(await read(token)).toEqual(shown([permission]))
    })

  for (const permission of without('ORG_READ', orgPermissions))
    it(`for a token of the org with ${permission}`, async () => {
      const token = await tokenOf(world, cast.owner, ['ORG_READ', permission], orgId)
      expect(await read(token)).toEqual(shown([permission]))
    })

  it('and the org itself without ORG_READ, whatever else somebody may', async () => {
    expect(await read(await tokenOf(world, world.instance, without('ORG_READ')))).toBeNull()
    expect(
      await read(await tokenOf(world, cast.owner, without('ORG_READ', orgPermissions), orgId)),
    ).toBeNull()
    for (const client of [cast.outsider, invitee, foreign, world.nobody])
      expect(await read(client)).toBeNull()
  })
})

describe('what the viewer may not see is null', () => {
  /** What opens each type, beside what is the viewer's own. */
  const opens: Record<string, string> = {
    Org: 'ORG_READ',
    OrgUser: 'MEMBER_READ',
    OrgInvite: 'INVITE_READ',
    User: 'USER_READ',
    OrgEmailDomain: 'EMAIL_DOMAIN_READ',
    ApiToken: 'API_TOKEN_READ',
  }
  const types = Object.keys(opens)
  const allBut = (type: string) => types.filter((one) => one !== type)
  const viewers: Array<{ viewer: string; client: () => Client | Promise<Client>; sees: string[] }> = [
    { viewer: 'nobody', client: () => world.nobody, sees: [] },
    { viewer: 'an outsider', client: () => cast.outsider, sees: [] },
    { viewer: 'the token of another org', client: () => foreign, sees: [] },
    { viewer: 'an invitee', client: () => invitee, sees: ['OrgInvite'] },
    { viewer: 'a USER', client: () => cast.user, sees: ['Org', 'OrgUser', 'User'] },
    { viewer: 'an ADMIN', client: () => cast.admin, sees: allBut('ApiToken') },
    { viewer: 'an OWNER', client: () => cast.owner, sees: types },
    { viewer: 'INSTANCE_TOKEN', client: () => world.instance, sees: types },
    ...types.map((type) => ({
      viewer: `a token of the instance with ${opens[type]}`,
      client: () => tokenOf(world, world.instance, [opens[type] ?? '']),
      // Whoever may see every user sees their memberships.
      sees: type === 'User' ? ['OrgUser', 'User'] : [type],
    })),
    ...allBut('User').map((type) => ({
      viewer: `a token of the org with ${opens[type]}`,
      client: () => tokenOf(world, cast.owner, [opens[type] ?? ''], orgId),
      // Whoever may see the org's members sees who they are.
      sees: type === 'OrgUser' ? ['OrgUser', 'User'] : [type],
    })),
    {
      viewer: 'a token of the instance with all else',
      client: () =>
        tokenOf(
          world,
          world.instance,
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
        `query($ids: [ID!]!, $org: ID!, $user: ID!, $email: String!, $name: String!, $invite: ID!) {
          nodes(ids: $ids) { __typename id }
          org(id: $org) { id } orgByName(name: $name) { id }
          user(id: $user) { id } userByEmail(email: $email) { id } orgInvite(id: $invite) { id }
        }`,
        {
          ids: types.map((type) => ids[type]),
          org: ids.Org,
          name: await nameOf(orgId),
          user: ids.User,
          email: cast.admin.email.toUpperCase(),
          invite: ids.OrgInvite,
        },
      )
      const byName = (type: string) => (sees.includes(type) ? { id: ids[type] } : null)
      expect(data).toEqual({
        nodes: expected,
        org: byName('Org'),
        orgByName: byName('Org'),
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

it('what is hidden costs the same statements as what is not there, and nobody is asked for', async () => {
  const read = (client: Client, email: string, name: string) =>
    statementsOf(async () => {
      const { data } = await client.ask(
        'query($email: String!, $name: String!) { userByEmail(email: $email) { id } orgByName(name: $name) { id } }',
        { email, name },
      )
      expect(data).toEqual({ userByEmail: null, orgByName: null })
    })
  const textsOf = (statements: Statement[]) => statements.map(({ text }) => text).sort()
  const hidden = [cast.admin.email, await nameOf(orgId)] as const
  for (const client of [cast.outsider, foreign]) {
    expect(textsOf(await read(client, ...hidden))).toEqual(
      textsOf(await read(client, 'no@body.example', 'No such org')),
    )
  }
  expect(await read(world.nobody, ...hidden)).toEqual([])
})

async function nameOf(id: string): Promise<string> {
  const { data } = await world.instance.ask('query($id: ID!) { org(id: $id) { name } }', { id })
  return data.org.name
}

describe('apiTokens', () => {
  const list = async (client: Client, of?: string) => {
    const { data, errors } = await client.ask('query($of: ID) { apiTokens(orgId: $of) { id } }', { of })
    return errors ? errors.map(({ extensions }) => extensions.code) : data.apiTokens.length > 0
  }

  it.each([
    ['nobody', () => world.nobody, ['UNAUTHENTICATED'], ['UNAUTHENTICATED']],
    ['an outsider', () => cast.outsider, ['FORBIDDEN'], ['FORBIDDEN']],
    ['a USER', () => cast.user, ['FORBIDDEN'], ['FORBIDDEN']],
    ['an ADMIN', () => cast.admin, ['FORBIDDEN'], ['FORBIDDEN']],
    ['an OWNER', () => cast.owner, true, ['FORBIDDEN']],
    ['the token of another org', () => foreign, ['FORBIDDEN'], ['FORBIDDEN']],
    [
      'a token of the org with all',
      () => tokenOf(world, cast.owner, orgPermissions, orgId),
      true,
      ['FORBIDDEN'],
    ],
    [
      'a token of the org without',
      () => tokenOf(world, cast.owner, without('API_TOKEN_READ', orgPermissions), orgId),
      ['FORBIDDEN'],
      ['FORBIDDEN'],
    ],
    ['a token of the instance with', () => tokenOf(world, world.instance, ['API_TOKEN_READ']), true, true],
    [
      'a token of the instance without',
      () => tokenOf(world, world.instance, without('API_TOKEN_READ')),
      ['FORBIDDEN'],
      ['FORBIDDEN'],
    ],
  ] as const)('to %s are %o', async (_who, client, ofOrg, ofInstance) => {
    const asking = await client()
    expect(await list(asking, orgId)).toEqual(ofOrg)
    expect(await list(asking)).toEqual(ofInstance)
  })

  it('of an org that isn’t there are as FORBIDDEN as of one that is', async () => {
    expect(await list(cast.outsider, btoa('Org:0190f5a0-1234-7abc-8def-000000000001'))).toEqual(['FORBIDDEN'])
    expect(await list(cast.outsider, 'nonsense')).toEqual(['FORBIDDEN'])
  })
})

describe.each([
  ['the fast lane', true],
  ['the plain path', false],
])('the org behind what is read of it, on %s', (_lane, fast) => {
  let url: string
  beforeAll(async () => {
    url = fast ? world.url : (await world.another({ fast })).url
  })

  /** Names the org that was shown, if any, else says why not. From its second time on a document is on the lane. */
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
    'that is %s is told to a token only with ORG_READ (%#)',
    async (_what, read, held, whose, without) => {
      const [maker, of] = whose === 'org' ? [cast.owner, orgId] : [world.instance, undefined]
      expect(await read(await tokenOf(world, maker, held, of))).toBe(without)
      expect(await read(await tokenOf(world, maker, [...held, 'ORG_READ'], of))).toBe('ACTIVE')
    },
  )

  it('is told to its members', async () => {
    expect(await ofMember(cast.admin)).toBe('ACTIVE')
    expect(await node('OrgUser')(cast.user)).toBe('ACTIVE')
    expect(await node('OrgEmailDomain')(cast.admin)).toBe('ACTIVE')
    expect(await ofToken(cast.owner)).toBe('ACTIVE')
  })

  it('is told to who may act on it', async () => {
    const binder = await tokenOf(world, cast.owner, ['EMAIL_DOMAIN_MANAGE'], orgId)
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
