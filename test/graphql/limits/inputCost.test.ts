import { readFileSync } from 'node:fs'
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fixture } from '../../domain/core/refusals/cases/fixture.js'
import { cases } from '../../domain/core/refusals/cases.js'
import { startDnsServer } from '../../support/dnsServer.js'
import { createOrg, mutations } from '../../support/mutate.js'
import { usePeople } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'))
const dns = await startDnsServer()
afterAll(() => dns.close())
const testServer = useTestServer({ env: { DNS_SERVERS: dns.address } })
const fixture: Fixture = { server: testServer, limited: testServer, people: usePeople(testServer), dns }
const { people } = fixture

/** The most CPU time of this process, which is server and client, for one request, in ms. */
const MAX_CPU_MS = 200
/** Fits into one request body and is just within the limits for strings and lists. */
const BODY_BYTES = 200_000
const UNITS = 8_000
const ITEMS = 1_000

/**
 * Texts of a given length in UTF-16 units that are slow to trim, normalise, case-fold, store or
 * compare.
 */
const texts: Record<string, (units: number) => string> = {
  blanks: (units) => `a${' '.repeat(units - 12)}@x.example`,
  marks: (units) => `a${'\u0301\u0327'.repeat(units / 2 - 1)}`,
  ligatures: (units) => '\ufdfa'.repeat(units),
  surrogates: (units) => '\ud800'.repeat(units),
  digits: (units) => '1'.repeat(units),
}
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))
const ofBody = (text: (units: number) => string) => {
  const bytesPerUnit = (bytesOf(text(1_000)) - 2) / 1_000
  return text(2 * Math.floor(BODY_BYTES / bytesPerUnit / 2))
}
const hostileTexts = Object.entries(texts).flatMap(([what, text]) => [
  [`${UNITS} units of ${what}`, text(UNITS)] as const,
  [`a body of ${what}`, ofBody(text)] as const,
])

const hostileLists = (item: unknown): (readonly [string, unknown])[] => [
  [`${ITEMS} items`, Array.from({ length: ITEMS }, () => item)],
  ['a body of items', Array.from({ length: Math.floor(BODY_BYTES / (bytesOf(item) + 1)) }, () => item)],
  [`${ITEMS} empty objects`, Array.from({ length: ITEMS }, () => ({}))],
  [`${ITEMS} misspelt words`, Array.from({ length: ITEMS }, () => 'ORG_REAX')],
]

const hostileObjects = (sample: object): (readonly [string, unknown])[] => [
  [
    'a body of unknown fields',
    { ...sample, ...Object.fromEntries(Array.from({ length: BODY_BYTES / 12 }, (_, n) => [`x${n}`, 0])) },
  ],
  [
    '2,000 unknown fields',
    { ...sample, ...Object.fromEntries(Array.from({ length: 1_990 }, (_, n) => [`x${n}`, 0])) },
  ],
  [
    'unknown fields of long strings',
    { ...sample, ...Object.fromEntries(Array.from({ length: 24 }, (_, n) => [`x${n}`, 'a'.repeat(UNITS)])) },
  ],
  ['brackets', { ...sample, x: JSON.parse('['.repeat(90) + ']'.repeat(90)) }],
]

/** A value of the type: a known valid one, or the smallest one. */
const sampleOf = (type: GraphQLInputType): unknown => {
  const inner = getNullableType(type)
  if (isListType(inner)) return [sampleOf(inner.ofType)]
  if (isEnumType(inner)) return inner.getValues()[0]?.name
  if (isInputObjectType(inner)) return {}
  return 'x'
}

/** Yields the input again and again, each time with one part replaced by a hostile value. */
function* hostile(type: GraphQLInputType, sample: unknown): Generator<readonly [string, unknown]> {
  const inner = isNonNullType(type) ? type.ofType : type
  if (isListType(inner)) {
    const [item = sampleOf(inner.ofType)] = Array.isArray(sample) ? sample : []
    yield* hostileLists(item)
    for (const [what, value] of hostile(inner.ofType, item)) yield [what, [value]]
  } else if (isInputObjectType(inner)) {
    const given = (sample ?? {}) as Record<string, unknown>
    yield* hostileObjects(given)
    for (const [name, field] of Object.entries(inner.getFields())) {
      const rest = inner.isOneOf ? {} : given
      for (const [what, value] of hostile(field.type, given[name]))
        yield [`${name}: ${what}`, { ...rest, [name]: value }]
    }
  } else if (inner.name === 'JSONObject') yield* [...hostileTexts, ...hostileObjects({})]
  else yield* hostileTexts
}

const send = async (client: Client, query: string, variables: Record<string, unknown>): Promise<void> => {
  const { authorization } = client
  const response = await fetch(`${testServer.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: query.startsWith('subscription') ? 'text/event-stream' : 'application/json',
      ...(authorization && { authorization }),
    },
    body: JSON.stringify({ query, variables }),
  })
  await response.text()
}

const cpuMs = async (work: () => Promise<void>): Promise<number> => {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** Tries all hostile values of one argument. Returns those that cost too much, with their cost. */
const tooCostly = async (
  clients: readonly Client[],
  document: string,
  around: Record<string, unknown>,
  { name, type }: { name: string; type: GraphQLInputType },
  sample: unknown,
): Promise<string[]> => {
  const costly: string[] = []
  for (const client of clients) {
    // A document is cached and compiled only after a few requests.
    for (let times = 0; times < 3; times++)
      await send(client, document, { ...around, [name]: sampleOf(type) })
    for (const [what, value] of hostile(type, sample)) {
      const cost = () => cpuMs(() => send(client, document, { ...around, [name]: value }))
      const once = await cost()
      // A costly value is costly again. A single measurement may include garbage collection of
      // earlier requests.
      const ms = once > MAX_CPU_MS ? Math.min(once, await cost()) : once
      if (ms > MAX_CPU_MS) costly.push(`${name}: ${what}: ${Math.round(ms)} ms`)
    }
  }
  return costly
}

describe('no input costs more than 200 ms of CPU time in the mutation', () => {
  it.each(mutations)('%s', async (mutation) => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`
    const testCase = cases[mutation]?.[`${type}Payload`]
    const inputType = schema.getType(`${type}Input`)
    if (!testCase || !isInputObjectType(inputType)) throw new Error(`no case of ${mutation}`)
    const { client, input } = await testCase(fixture)
    const document = `mutation($input: ${type}Input!) { ${mutation}(input: $input) { __typename } }`
    const clients = [client, testServer.nobody]
    expect(await tooCostly(clients, document, {}, { name: 'input', type: inputType }, input)).toEqual([])
  })
})

describe('no argument costs more than 200 ms of CPU time in the field', () => {
  let orgId: string
  beforeAll(async () => {
    orgId = await createOrg(people.owner)
  })

  const around: Record<string, (field: string) => string> = {
    Query: (field) => `query($VARIABLE) { ${field} }`,
    Org: (field) => `query($VARIABLE, $org: ID!) { org(id: $org) { ${field} } }`,
    User: (field) => `query($VARIABLE) { viewer { ${field} } }`,
    Webhook: (field) => `query($VARIABLE) { webhooks { ${field} } }`,
    Subscription: (field) => `subscription($VARIABLE) { ${field} }`,
  }
  const withArguments = Object.values(schema.getTypeMap()).flatMap((type) =>
    'getFields' in type && !isInputObjectType(type) && type.name !== 'Mutation' && !type.name.startsWith('__')
      ? Object.values(type.getFields())
          .filter(({ args }) => args.length > 0)
          .map((field): [string, string, GraphQLField<unknown, unknown>] => [type.name, field.name, field])
      : [],
  )

  it.each(withArguments)('%s.%s', async (parent, name, { args }) => {
    const document = around[parent]
    if (!document) throw new Error(`no way to ask for ${parent}.${name}`)
    for (const arg of args) {
      const given = [`${arg.name}: $${arg.name}`]
      for (const other of args)
        if (other !== arg && isNonNullType(other.type)) given.push(`${other.name}: ${JSON.stringify(orgId)}`)
      const text = document(`${name}(${given.join(', ')}) { __typename }`).replace(
        '$VARIABLE',
        `$${arg.name}: ${arg.type}`,
      )
      const variables = parent === 'Org' ? { org: orgId } : {}
      const clients = [people.owner, testServer.nobody]
      expect(await tooCostly(clients, text, variables, arg, undefined)).toEqual([])
    }
  })
})
