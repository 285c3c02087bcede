import { readFileSync } from 'node:fs'
import {
  buildSchema,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fixture } from '../domain/core/refusals/cases/fixture.js'
import { cases } from '../domain/core/refusals/cases.js'
import { startDnsServer } from '../support/dnsServer.js'
import { createOrg, invite, mutations } from '../support/mutate.js'
import { usePeople } from '../support/people.js'
import { type Answer, type Client, useTestServer } from '../support/testServer.js'

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'))
const dns = await startDnsServer()
afterAll(() => dns.close())
const testServer = useTestServer({ env: { DNS_SERVERS: dns.address } })
const fixture: Fixture = { server: testServer, limited: testServer, people: usePeople(testServer), dns }
const { people } = fixture

const base64 = (text: string) => Buffer.from(text).toString('base64')
const uuid = '0190f5a0-1234-7abc-8def-000000000001'
const texts = ['', 'x\0', '\ud800', 'x'.repeat(5_000), `'; drop table org; -- %_\\\u202e😀`]
const garbage: Record<string, unknown[]> = {
  ID: [
    ...texts,
    uuid,
    base64('Org:'),
    base64('Org:1'),
    base64(`Org:${uuid}`),
    base64(`User:${uuid}`),
    base64(`OrgInvite:${uuid}`),
    base64(`ApiToken:${uuid}`),
    base64(`Nothing:${uuid}`),
    base64(`__proto__:${uuid}`),
    0,
    -1,
    {},
    [],
    null,
  ],
  String: [...texts, 1, {}, [], null],
  Int: [0, -1, 2_147_483_647, -2_147_483_648, 1e100, 0.5, '1', null],
  Boolean: ['true', 1, null],
  JSONObject: [
    ...[...texts, 0, true, [], [{}], {}, null],
    ...[{ x: '\0' }, { '\ud800': 1 }, { x: 1e308 }, JSON.parse('{"__proto__":{"isAdmin":true}}')],
    ...[JSON.parse(`{"x":${'['.repeat(90)}${']'.repeat(90)}}`), { x: 'x'.repeat(8_192) }],
  ],
  DateTime: [
    ...['', '\0', 'tomorrow', '2026-02-30T00:00:00Z', '2026-06-30T23:59:60Z', '0000-01-01T00:00:00Z'],
    ...[
      '0001-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999Z',
      '+275760-09-13T00:00:00Z',
      '-000001-01-01T00:00:00Z',
    ],
    ...[0, 8.64e15, -8.64e15, 1e100, {}, null],
  ],
}
const asEnum = ['', 'NOTHING', 'owner', '__proto__', 0, null]

/** Checks that no error is the server's fault or tells about its internals. */
function expectAnswered({ errors }: Answer, what: unknown): void {
  for (const { message, extensions } of errors ?? []) {
    expect(extensions.code, JSON.stringify(what)).toMatch(
      /^(BAD_USER_INPUT|FORBIDDEN|UNAUTHENTICATED|GRAPHQL_VALIDATION_FAILED|COST_LIMIT)$/,
    )
    expect(message).not.toMatch(/prisma|postgres|sql|\/src\/|\/node_modules\/|\n\s*at /i)
  }
}

/** Yields the input again and again, each time with garbage in the place of one leaf. */
function* withGarbage(type: GraphQLInputType, value: unknown): Generator<unknown> {
  const inner = isNonNullType(type) ? type.ofType : type
  if (isListType(inner)) {
    const [first] = Array.isArray(value) ? value : [undefined]
    for (const item of withGarbage(inner.ofType, first)) yield [item]
    yield [[]]
    return
  }
  if (!isInputObjectType(inner)) {
    yield* garbage[getNamedType(inner).name] ?? asEnum
    return
  }
  const given = (value ?? {}) as Record<string, unknown>
  for (const [name, field] of Object.entries(inner.getFields())) {
    // With @oneOf, the other fields must be left out.
    const rest = inner.isOneOf ? {} : given
    for (const bad of withGarbage(field.type, given[name])) yield { ...rest, [name]: bad }
  }
}

describe('garbage in a mutation’s input never causes an internal error in', () => {
  it.each(mutations)('%s', async (mutation) => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`
    const testCase = cases[mutation]?.[`${type}Payload`]
    const inputType = schema.getType(`${type}Input`)
    if (!testCase || !isInputObjectType(inputType)) throw new Error(`no case of ${mutation}`)
    const { client, input } = await testCase(fixture)
    const document = `mutation($input: ${type}Input!) { ${mutation}(input: $input) { __typename } }`
    for (const bad of withGarbage(inputType, input)) {
      expectAnswered(await client.ask(document, { input: bad }), bad)
    }
  })
})

describe('garbage in a query’s arguments never causes an internal error in', () => {
  let orgId: string
  beforeAll(async () => {
    orgId = await createOrg(people.owner)
    await invite(people.owner, orgId, 'somebody@new.example')
  })

  const nested: Array<[field: string, around: (selection: string) => string]> = [
    ['Org.users', (field) => `org(id: $org) { ${field} { totalCount nodes { id } } }`],
    ['Org.invites', (field) => `org(id: $org) { ${field} { totalCount nodes { id } } }`],
    ['Org.inviteLinks', (field) => `org(id: $org) { ${field} { totalCount nodes { id } } }`],
    ['Org.joinRequests', (field) => `org(id: $org) { ${field} { totalCount nodes { id } } }`],
    ['Org.events', (field) => `org(id: $org) { ${field} { nodes { id } } }`],
    ['User.orgUsers', (field) => `viewer { ${field} { totalCount nodes { id } } }`],
    ['User.orgInvites', (field) => `viewer { ${field} { totalCount nodes { id } } }`],
    ['User.orgJoinRequests', (field) => `viewer { ${field} { totalCount nodes { id } } }`],
    ['Query.node', (field) => `${field} { id }`],
    ['Query.nodes', (field) => `${field} { id }`],
    ['Query.org', (field) => `${field} { id }`],
    ['Query.orgByName', (field) => `${field} { id }`],
    ['Query.orgBySlug', (field) => `${field} { id }`],
    ['Query.orgByExternalId', (field) => `${field} { id }`],
    ['Query.orgs', (field) => `${field} { totalCount nodes { id } }`],
    [
      'Query.orgUser',
      (field) =>
        `${field.replace('(', field.includes('orgId:') ? '(userId: "x", ' : '(orgId: "x", ')} { id }`,
    ],
    ['Query.user', (field) => `${field} { id }`],
    ['Query.userByEmail', (field) => `${field} { id }`],
    ['Query.userExport', (field) => field],
    ['Query.orgInvite', (field) => `${field} { id }`],
    ['Query.orgInvitePreview', (field) => `${field} { orgName }`],
    ['Query.orgInviteLinkPreview', (field) => `${field} { orgName }`],
    ['Query.apiTokens', (field) => `${field} { id }`],
    ['Query.webhooks', (field) => `${field} { id }`],
  ]

  it.each(nested)('%s', async (path, around) => {
    const [parent = '', name = ''] = path.split('.')
    const type = schema.getType(parent)
    const field = type && 'getFields' in type ? type.getFields()[name] : undefined
    if (!field || !('args' in field)) throw new Error(`no field ${path}`)
    // The instance and nobody are enough: the other callers take the same code paths.
    const clients: Client[] = [parent === 'User' ? people.owner : testServer.instance, testServer.nobody]
    for (const arg of field.args)
      for (const bad of withGarbage(arg.type, undefined)) {
        const usesOrg = parent === 'Org'
        const document = `query(${usesOrg ? '$org: ID!, ' : ''}$bad: ${arg.type}) { ${around(`${name}(${arg.name}: $bad)`)} }`
        for (const client of clients)
          expectAnswered(await client.ask(document, { ...(usesOrg && { org: orgId }), bad }), {
            [arg.name]: bad,
          })
      }
  })

  it('every query field is covered', () => {
    const asked = nested.map(([path]) => path).filter((path) => path.startsWith('Query.'))
    const fields = Object.values(schema.getQueryType()?.getFields() ?? {})
    expect(asked.sort()).toEqual(
      fields
        .filter(({ args }) => args.length > 0)
        .map(({ name }) => `Query.${name}`)
        .sort(),
    )
  })
})

/** Returns the text with one character changed. */
const withAnother = (text: string, at: number) =>
  text.slice(0, at) + (text[at] === 'Q' ? 'R' : 'Q') + text.slice(at + 1)

describe('a list field', () => {
  const lists: Array<[name: string, document: (args: string) => string]> = [
    ['orgs', (args) => `orgs${args} { nodes { id } }`],
    ['Org.users', (args) => `org(id: $id) { users${args} { nodes { id } } }`],
    ['Org.invites', (args) => `org(id: $id) { invites${args} { nodes { id } } }`],
    ['Org.inviteLinks', (args) => `org(id: $id) { inviteLinks${args} { nodes { id } } }`],
    ['Org.joinRequests', (args) => `org(id: $id) { joinRequests${args} { nodes { id } } }`],
    ['Org.events', (args) => `org(id: $id) { events${args} { nodes { id } } }`],
    ['User.orgUsers', (args) => `viewer { orgUsers${args} { nodes { id } } }`],
    ['User.orgInvites', (args) => `viewer { orgInvites${args} { nodes { id } } }`],
    ['User.orgJoinRequests', (args) => `viewer { orgJoinRequests${args} { nodes { id } } }`],
  ]
  const ask = async (document: string, id: string) => {
    const { errors } = await people.owner.ask(
      `query($id: ID!) { org(id: $id) { id } list: ${document} }`.replace('list: org(', 'one: org('),
      {
        id,
      },
    )
    return errors?.[0]?.extensions.code
  }

  it.each(lists)(
    '%s accepts first or last from 1 to 100, and only its own cursors',
    async (_name, document) => {
      const id = await createOrg(people.owner)
      for (const args of ['', '(first: 1)', '(first: 100)', '(last: 1)', '(last: 100)', '(first: null)'])
        expect(await ask(document(args), id), args).toBeUndefined()
      for (const args of [
        '(first: 0)',
        '(first: -1)',
        '(first: 101)',
        '(last: 0)',
        '(last: -1)',
        '(last: 101)',
        '(first: 2147483647)',
        '(first: 1, last: 1)',
        '(after: "")',
        '(after: "nonsense")',
        '(before: "nonsense")',
      ])
        expect(await ask(document(args), id), args).toBe('BAD_USER_INPUT')
    },
  )

  it('refuses damaged cursors and those of another list or org', async () => {
    const [one, other] = [await createOrg(people.owner), await createOrg(people.owner)]
    const { data } = await people.owner.ask(
      `query($id: ID!) {
        org(id: $id) { users { pageInfo { endCursor } } events { pageInfo { endCursor } } eventCursor }
        orgs(first: 1) { pageInfo { endCursor } }
        viewer { orgUsers(first: 1) { pageInfo { endCursor } } orgInviteEventCursor }
      }`,
      { id: one },
    )
    const users: string = data.org.users.pageInfo.endCursor
    const events: string = data.org.events.pageInfo.endCursor
    expect(data.org.eventCursor).toBe(events)
    const page = (field: string, id: string, after: string) =>
      ask(`org(id: $id) { ${field}(after: ${JSON.stringify(after)}) { nodes { id } } }`, id)

    expect(await page('users', one, users)).toBeUndefined()
    expect(await page('events', one, events)).toBeUndefined()
    for (const [field, id, after] of [
      ['users', other, users],
      ['events', other, events],
      ['users', one, events],
      ['events', one, users],
      ['users', one, data.orgs.pageInfo.endCursor],
      ['users', one, data.viewer.orgUsers.pageInfo.endCursor],
      ['events', one, data.viewer.orgInviteEventCursor],
      ['users', one, `${users}A`],
      ['users', one, users.slice(0, -1)],
      ['users', one, withAnother(users, 0)],
      ['users', one, withAnother(users, 12)],
      ['users', one, withAnother(users, users.length - 2)],
      ['events', one, withAnother(events, 8)],
    ] as const)
      expect(await page(field, id, after), `${field} ${after}`).toBe('BAD_USER_INPUT')
  })

  it('nodes accepts up to 100 ids', async () => {
    const ids = (count: number) => Array.from({ length: count }, () => people.owner.id)
    const nodes = (count: number) =>
      people.owner.ask('query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ids(count) })
    expect((await nodes(100)).data.nodes).toHaveLength(100)
    expect((await nodes(0)).data.nodes).toEqual([])
    expect((await nodes(101)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })
})
