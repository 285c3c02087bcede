import { type FieldNode, type GraphQLField, GraphQLObjectType, Kind, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { knownField } from '../../src/accelerator/executor/knownFields.js'
import { getDatamodel } from '../../src/generated/pothos.js'
import { schema } from '../../src/graphql/schema.js'

const orgUser = schema.getType('OrgUser') as GraphQLObjectType
const nodes = fieldsOf('{ id user { id name } org { id } }')
const conditions = { schema, fragments: {}, variables: {} }

type Field = GraphQLField<unknown, unknown>

/**
 * Whether the accelerator reads a field without its resolver, after `change` was applied to the
 * field and its type.
 */
function isKnown(
  name: string,
  change: { field?: (field: Field) => Field; typeOptions?: object } = {},
): boolean {
  const field = orgUser.getFields()[name] as Field
  const config = orgUser.toConfig()
  const options = { ...(config.extensions.pothosOptions as object), ...change.typeOptions }
  const type = new GraphQLObjectType({
    ...config,
    extensions: { ...config.extensions, pothosOptions: options },
  })
  const own = nodes.filter((node) => node.name.value === name)
  return knownField(conditions, type, change.field?.(field) ?? field, own) !== undefined
}

const withOptions = (more: object) => (field: Field) => ({
  ...field,
  extensions: {
    ...field.extensions,
    pothosOptions: { ...(field.extensions.pothosOptions as object), ...more },
  },
})

function fieldsOf(text: string): FieldNode[] {
  const [definition] = parse(text).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return []
  return definition.selectionSet.selections.flatMap((node) => (node.kind === Kind.FIELD ? [node] : []))
}

function wholeRow(model: 'Org' | 'User'): Record<string, unknown> {
  const { models } = (
    getDatamodel() as unknown as { datamodel: { models: Record<string, { fields: { name: string }[] }> } }
  ).datamodel
  return Object.fromEntries((models[model]?.fields ?? []).map(({ name }) => [name, null]))
}

describe('the accelerator reads a field without its resolver', () => {
  it('if it is a global id or a relation', () => {
    expect(isKnown('id')).toBe(true)
    expect(isKnown('user')).toBe(true)
  })

  it('unless an authorization rule protects the field or its type', () => {
    const authScopes = { signedIn: true }
    expect(isKnown('user', { field: withOptions({ authScopes }) })).toBe(false)
    expect(isKnown('user', { typeOptions: { authScopes } })).toBe(false)
  })

  it('if it can check the field’s rule itself', () => {
    expect(isKnown('org')).toBe(true)
    const field = orgUser.getFields().org as Field
    const read = knownField(conditions, orgUser, field, nodes)
    const org = wholeRow('Org')
    const source = { org, orgId: 'one', userId: 'ada', status: 'ACTIVE' }
    const viewer = (actor: object) => ({ actor }) as object
    expect(read?.(source, viewer({ kind: 'person', userId: 'ada' }))).toBe(org)
    expect(read?.(source, viewer({ kind: 'token', orgId: 'one', permissions: new Set(['ORG_READ']) }))).toBe(
      org,
    )
    expect(read?.(source, viewer({ kind: 'token', orgId: 'one', permissions: new Set() }))).toBeUndefined()
  })

  it('only if the row has all columns', () => {
    const field = orgUser.getFields().org as Field
    const read = knownField(conditions, orgUser, field, nodes)
    const { status: _, ...part } = wholeRow('Org')
    const source = { org: part, userId: 'ada', status: 'ACTIVE' }
    expect(read?.(source, { actor: { kind: 'person', userId: 'ada' } })).toBeUndefined()
  })

  it('if it is computed from a relation alone, with the resolver of the field itself', () => {
    const type = schema.getType('OrgInvite') as GraphQLObjectType
    const field = type.getFields().invitedBy as Field
    const [invitedBy] = fieldsOf('{ invitedBy { id name } }')
    const read = knownField(conditions, type, field, [invitedBy as FieldNode])
    const user = wholeRow('User')
    expect(read?.({ invitedBy: { ...user, deletedAt: null } }, {})).toMatchObject({ deletedAt: null })
    expect(read?.({ invitedBy: { ...user, deletedAt: new Date() } }, {})).toBeNull()
    expect(read?.({ invitedBy: null }, {})).toBeNull()
    expect(read?.({ invitedBy: { id: 'part' } }, {})).toBeUndefined()
    expect(read?.({}, {})).toBeUndefined()
    for (const change of [
      { resolve: (_parent: unknown, _args: object) => null },
      { select: { invitedBy: true } },
      { select: () => ({ invitedBy: { select: { id: true } } }) },
      { authScopes: { signedIn: true } },
    ])
      expect(
        knownField(conditions, type, withOptions(change)(field), [invitedBy as FieldNode]),
      ).toBeUndefined()
  })

  it('unless it has an option that the accelerator does not know', () => {
    expect(isKnown('user', { field: withOptions({ query: { where: {} } }) })).toBe(false)
    expect(isKnown('user', { typeOptions: { someday: true } })).toBe(false)
  })

  it('unless a plugin has wrapped its resolver', () => {
    expect(isKnown('id', { field: (field) => ({ ...field, resolve: () => 'guarded' }) })).toBe(false)
  })
})
