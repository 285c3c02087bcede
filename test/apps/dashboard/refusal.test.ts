import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildSchema,
  type GraphQLInputField,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isScalarType,
  Kind,
  parse,
} from 'graphql'
import { afterEach, describe, expect, test } from 'vitest'
import {
  isRefusal,
  issuesByField,
  type Refusal,
  refusalMessage,
} from '../../../apps/dashboard/src/model/refusal.js'
import { de } from '../../../apps/dashboard/src/words/de.js'
import { en } from '../../../apps/dashboard/src/words/en.js'
import { speak } from '../../../apps/dashboard/src/words/languages.js'

const ROOT = join(import.meta.dirname, '../../..')
const schema = buildSchema(readFileSync(join(ROOT, 'schema.graphql'), 'utf8'))
const languages = { en, de }

const refusalTypes = (() => {
  const error = schema.getType('Error')
  if (!isInterfaceType(error)) throw new Error('The schema has no interface Error.')
  return schema.getImplementations(error).objects.map(({ name }) => name)
})()

afterEach(() => speak('en', en))

const refusal = (fields: Partial<Refusal> & Pick<Refusal, '__typename'>): Refusal => ({
  message: 'THE_SERVERS text',
  ...fields,
})

describe('refusals', () => {
  test('are distinguished from payloads by their type', () => {
    expect(isRefusal({ __typename: 'LastOwnerError' })).toBe(true)
    expect(isRefusal({ __typename: 'LeaveOrgPayload' })).toBe(false)
  })

  test('are found in the schema', () => {
    expect(refusalTypes.length).toBeGreaterThan(25)
  })

  for (const [code, words] of Object.entries(languages)) {
    test.each(refusalTypes)(`of every type have a sentence of their own (${code}): %s`, (typename) => {
      speak(code as keyof typeof languages, words)
      const said = refusalMessage(refusal({ __typename: typename as Refusal['__typename'] }))
      expect(said).not.toBe(words.refusals.unknown)
      expect(said).toMatch(/^\p{Lu}.+\.$/u)
      expect(said).not.toMatch(/THE_SERVERS|[A-Z]+_[A-Z]|undefined/)
    })
  }

  test('of a type that this page doesn’t know yet are a plain sentence', () => {
    expect(refusalMessage(refusal({ __typename: 'TooLateInTheDayError' }))).toBe(en.refusals.unknown)
  })

  test('name the permission as people know it', () => {
    const denied = refusal({ __typename: 'PermissionDeniedError', permission: 'INVITE_CREATE' })
    expect(refusalMessage(denied)).toBe(
      'Your role doesn’t allow this any more (“Invite people”). Ask an owner or admin.',
    )
  })

  test('say which limit is reached, by what was tried', () => {
    const full = refusal({ __typename: 'LimitReachedError', limit: 1200 })
    expect(refusalMessage(full, 'createOrgInvite')).toMatch(/^There are already 1,200 pending invites/)
    expect(refusalMessage(full, 'acceptOrgInvite')).toBe('All 1,200 seats of the organization are in use.')
    expect(refusalMessage(full, 'somethingNew')).toBe('A limit of the organization is reached.')
  })

  test.each([
    [0.4, 'in 1 second'],
    [59, 'in 59 seconds'],
    [120, 'in 2 minutes'],
    [121, 'in 3 minutes'],
    [7200, 'in 2 hours'],
  ])('say when to try again: %d s is %s', (retryAfterSeconds, wait) => {
    expect(refusalMessage(refusal({ __typename: 'RateLimitedError', retryAfterSeconds }))).toBe(
      `That was too often. Try again ${wait}.`,
    )
  })

  test('say what each wrong input must be, once', () => {
    const issues = [
      { path: 'invitees.42.email', message: 'No address' },
      { path: 'invitees.43.email', message: 'No address' },
      { path: 'roles', message: 'Must name at least one role.' },
      { path: 'somethingNew', message: 'Must not be Y.' },
    ]
    expect(refusalMessage(refusal({ __typename: 'InvalidInputError', issues }))).toBe(
      'Enter an e-mail address such as name@example.com. Choose at least one role. This value isn’t allowed.',
    )
  })

  test('assign each issue to its field by the last name of its path', () => {
    const issues = issuesByField(
      refusal({
        __typename: 'InvalidInputError',
        issues: [
          { path: 'invitee.email', message: 'No address' },
          { path: 'invitees.3', message: 'Too many' },
          { path: 'invitee.email', message: 'A second one' },
        ],
      }),
    )
    expect([...issues]).toEqual([
      ['email', 'Enter an e-mail address such as name@example.com.'],
      ['invitees', 'Invite up to 100 people at once.'],
    ])
  })
})

describe('every input that the pages send', () => {
  const sources = readdirSync(join(ROOT, 'apps/dashboard/src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(ROOT, 'apps/dashboard/src', name), 'utf8'))
    .join('\n')
  const used = new Set([...sources.matchAll(/\b(\w+)Document\b/g)].map(([, name]) => name))
  const mutations = readdirSync(join(ROOT, 'operations'))
    .filter((name) => name.endsWith('.graphql') && used.has(name.slice(0, -'.graphql'.length)))
    .flatMap((name) => parse(readFileSync(join(ROOT, 'operations', name), 'utf8')).definitions)
    .flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === 'mutation'
        ? definition.selectionSet.selections
        : [],
    )
    .flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : []))

  /** Names of fields that people fill in: not ids, enums, switches and keys that programs use. */
  function typedFields(fields: readonly GraphQLInputField[]): string[] {
    return fields.flatMap(({ name, type }) => {
      const named = getNamedType(type)
      if (isInputObjectType(named)) return typedFields(Object.values(named.getFields()))
      if (isEnumType(named) || !isScalarType(named)) return []
      return ['ID', 'Boolean', 'JSONObject'].includes(named.name) ? [] : [name]
    })
  }
  const forPrograms = ['idempotencyKey', 'externalId', 'token', 'seatLimit', 'pendingInviteLimit']

  const names = mutations.flatMap((mutation) => {
    const input = schema.getMutationType()?.getFields()[mutation]?.args[0]?.type
    const named = input && getNamedType(input)
    return isInputObjectType(named) ? typedFields(Object.values(named.getFields())) : []
  })
  const cases = [...new Set(names)].filter((name) => !forPrograms.includes(name))

  test('is found', () => {
    expect(mutations.length).toBeGreaterThan(20)
    expect(cases.length).toBeGreaterThan(8)
  })

  test.each(cases)('has words for when it is refused: %s', (name) => {
    for (const words of Object.values(languages)) expect(words.refusals.byField).toHaveProperty(name)
  })
})
