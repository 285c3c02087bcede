import {
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql'
import { webhookEventTypes } from '../../src/domain/webhooks/webhook.js'
import { EVENT_DOCUMENT, MEMBER_DOCUMENT } from '../../src/graphql/webhookBodies.js'

// The messages of webhooks as types: written from the documents that make them, and from the schema.

/** The JSON of a value. */
type Shape =
  | { kind: 'text'; example: string; values?: readonly string[] }
  | { kind: 'number' | 'boolean' }
  | { kind: 'null' }
  | { kind: 'list'; of: Shape }
  | { kind: 'object'; fields: Record<string, Shape> }
  | { kind: 'nullable'; of: Shape }

const text = (example: string, values?: readonly string[]): Shape => ({
  kind: 'text',
  example,
  ...(values && { values }),
})

/** Prefix of the aliases that become fields of `data`. */
const NAMED = 'named_'

const ids: Record<string, string> = {
  Org: 'T3JnOjAxOWRlYWRiLTAwMDA',
  User: 'VXNlcjowMTlkZWFkYi0wMDAw',
  OrgUser: 'T3JnVXNlcjowMTlkZWFkYi0w',
  OrgInvite: 'T3JnSW52aXRlOjAxOWRlYWRi',
  OrgJoinRequest: 'T3JnSm9pblJlcXVlc3Q6MDE5',
  ApiToken: 'QXBpVG9rZW46MDE5ZGVhZGIt',
  AppRole: 'QXBwUm9sZTowMTlkZWFkYi0w',
}

const examples: Record<string, string> = {
  cursor: 'AQAAAAAAKjK0_q1',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  slug: 'analytical-engines',
  logoUrl: 'https://example.com/logo.svg',
  externalId: 'workspace-7',
  key: 'editor',
  message: 'Come and join us.',
  summary: 'Analytical Engines was renamed.',
}

const TIME = '2026-11-29T10:17:18.123Z'

const capital = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`

function objectOf(schema: GraphQLSchema, type: GraphQLNamedType, { selections }: SelectionSetNode): Shape {
  const fields: Record<string, Shape> = {}
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      if (selection.typeCondition?.name.value !== type.name) continue
      const more = objectOf(schema, type, selection.selectionSet)
      if (more.kind === 'object') Object.assign(fields, more.fields)
    } else if (selection.kind === Kind.FIELD && isObjectType(type)) {
      const name = selection.name.value
      const of = type.getFields()[name]?.type
      fields[selection.alias?.value ?? name] =
        name === '__typename'
          ? text(type.name, [type.name])
          : of
            ? fieldShape(schema, of, selection, type.name)
            : never(name)
    }
  }
  return { kind: 'object', fields }
}

function fieldShape(schema: GraphQLSchema, type: GraphQLOutputType, field: FieldNode, parent: string): Shape {
  if (!isNonNullType(type)) return { kind: 'nullable', of: innerShape(schema, type, field, parent) }
  return innerShape(schema, type.ofType, field, parent)
}

function innerShape(
  schema: GraphQLSchema,
  inner: GraphQLOutputType,
  field: FieldNode,
  parent: string,
): Shape {
  if (isListType(inner)) return { kind: 'list', of: fieldShape(schema, inner.ofType, field, parent) }
  const named = getNamedType(inner)
  if (field.selectionSet) return objectOf(schema, named, field.selectionSet)
  const name = field.name.value
  if (isEnumType(named)) {
    const values = named.getValues().map((value) => value.name)
    return text(values[0] ?? '', values)
  }
  if (named.name === 'Int') return { kind: 'number' }
  if (named.name === 'Boolean') return { kind: 'boolean' }
  if (named.name === 'DateTime') return text(TIME)
  if (named.name === 'ID')
    return text(ids[name === 'id' ? parent : capital(name.replace(/Id$/, ''))] ?? 'T3JnRXZlbnQ6NDI')
  return text(examples[name] ?? name)
}

function never(name: string): never {
  throw new Error(`the schema has no field ${name}`)
}

function rootSelection({ definitions: [operation] }: DocumentNode): SelectionSetNode {
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation')
  const [field] = operation.selectionSet.selections
  if (field?.kind !== Kind.FIELD || !field.selectionSet) throw new Error('no selection')
  return field.selectionSet
}

const kinds = [
  { name: 'OrgInviteMessage', event: 'OrgInviteEvent', prefix: 'org_invite.', typeField: 'inviteEventType' },
  { name: 'OrgUserMessage', event: 'OrgUserEvent', prefix: 'org_user.', typeField: 'memberEventType' },
  {
    name: 'OrgJoinRequestMessage',
    event: 'OrgJoinRequestEvent',
    prefix: 'org_join_request.',
    typeField: 'joinRequestEventType',
  },
  { name: 'OrgMessage', event: 'OrgChangeEvent', prefix: 'org.', typeField: 'orgEventType' },
] as const

interface Message {
  name: string
  types: string[]
  typeField: string
  shape: Shape
}

function messages(schema: GraphQLSchema): Message[] {
  const event = rootSelection(parse(EVENT_DOCUMENT))
  const orgUserType = schema.getType('OrgUser')
  if (!orgUserType) throw new Error('no OrgUser')
  const orgUser = objectOf(schema, orgUserType, rootSelection(parse(MEMBER_DOCUMENT)))
  return kinds.map(({ name, event: eventName, prefix, typeField }) => {
    const type = schema.getType(eventName)
    if (!type) throw new Error(`no ${eventName}`)
    const whole = objectOf(schema, type, event)
    if (whole.kind !== 'object') throw new Error('no object')
    const isNamed = (field: string) => field.startsWith(NAMED)
    const own = Object.fromEntries(Object.entries(whole.fields).filter(([field]) => !isNamed(field)))
    const named = (field: string): Shape => whole.fields[`${NAMED}${field}`] ?? { kind: 'null' }
    const types = webhookEventTypes.filter((one) => one.startsWith(prefix))
    return {
      name,
      types,
      typeField,
      shape: {
        kind: 'object',
        fields: {
          type: text(types[0] ?? '', types),
          timestamp: text(TIME),
          data: {
            kind: 'object',
            fields: {
              orgId: text(ids.Org ?? ''),
              seq: { kind: 'number' },
              cursor: text(examples.cursor ?? ''),
              event: { kind: 'object', fields: own },
              orgInvite: named('orgInvite'),
              orgUser: eventName === 'OrgUserEvent' ? { kind: 'nullable', of: orgUser } : { kind: 'null' },
              user: named('user'),
              org: named('org'),
            },
          },
        },
      },
    }
  })
}

function typeScript(shape: Shape, indent = ''): string {
  switch (shape.kind) {
    case 'text':
      return shape.values ? shape.values.map((value) => `'${value}'`).join(' | ') : 'string'
    case 'number':
    case 'boolean':
    case 'null':
      return shape.kind
    case 'nullable':
      return `${typeScript(shape.of, indent)} | null`
    case 'list': {
      const of = typeScript(shape.of, indent)
      return of.includes(' | ') ? `Array<${of}>` : `${of}[]`
    }
    case 'object': {
      const inner = `${indent}  `
      const lines = Object.entries(shape.fields).map(
        ([name, of]) => `${inner}${name}: ${typeScript(of, inner)}\n`,
      )
      return `{\n${lines.join('')}${indent}}`
    }
  }
}

function jsonSchema(shape: Shape): object {
  switch (shape.kind) {
    case 'text':
      return shape.values ? { enum: shape.values } : { type: 'string' }
    case 'number':
      return { type: 'integer' }
    case 'boolean':
    case 'null':
      return { type: shape.kind }
    case 'nullable':
      return { anyOf: [jsonSchema(shape.of), { type: 'null' }] }
    case 'list':
      return { type: 'array', items: jsonSchema(shape.of) }
    case 'object': {
      const fields = Object.entries(shape.fields).map(([name, of]) => [name, jsonSchema(of)])
      return { type: 'object', properties: Object.fromEntries(fields), required: Object.keys(shape.fields) }
    }
  }
}

function exampleOf(shape: Shape): unknown {
  switch (shape.kind) {
    case 'text':
      return shape.example
    case 'number':
      return 42
    case 'boolean':
      return true
    case 'null':
      return null
    case 'nullable':
      return exampleOf(shape.of)
    case 'list':
      return [exampleOf(shape.of)]
    case 'object':
      return Object.fromEntries(Object.entries(shape.fields).map(([name, of]) => [name, exampleOf(of)]))
  }
}

/** An example of each type of message, by type. */
export function messageExamples(schema: GraphQLSchema): Record<string, unknown> {
  return Object.fromEntries(
    messages(schema).flatMap(({ types, shape, typeField }) =>
      types.map((type) => {
        const example = exampleOf(shape) as {
          type: string
          data: { event: Record<string, unknown>; org: Record<string, unknown> }
        }
        example.type = type
        example.data.event[typeField] = type.split('.')[1]?.toUpperCase()
        example.data.event.actorToken = null
        example.data.org.name = 'Analytical Engines'
        return [type, example]
      }),
    ),
  )
}

/** A JSON Schema of every message. */
export function messageJsonSchema(schema: GraphQLSchema): object {
  const all = messages(schema)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A message of a Guildhall webhook',
    oneOf: [...all.map(({ name }) => ({ $ref: `#/$defs/${name}` })), { $ref: '#/$defs/PingMessage' }],
    $defs: {
      ...Object.fromEntries(all.map(({ name, shape }) => [name, jsonSchema(shape)])),
      PingMessage: { type: 'object', properties: { type: { enum: ['ping'] } }, required: ['type'] },
    },
  }
}

/** The same as TypeScript. */
export function messageTypes(schema: GraphQLSchema): string {
  const all = messages(schema)
  return [
    '// Written by `npm run docs`: the messages of Guildhall’s webhooks.\n',
    ...all.map(({ name, shape }) => `export type ${name} = ${typeScript(shape)}\n`),
    "export type PingMessage = { type: 'ping' }\n",
    `/** The body of a message, told apart by \`type\`. */\nexport type WebhookMessage = ${[...all.map(({ name }) => name), 'PingMessage'].join(' | ')}\n`,
  ].join('\n')
}
