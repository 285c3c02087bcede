import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isObjectType,
} from 'graphql'
import { encodeId } from '../graphql/globalId.js'
import { type Conditions, fieldsOf, selectionSetsOf } from './selection.js'

/** A row as `directReads` makes it: of relations it holds whole rows, and null where there is none. */
export class DirectRow {
  [column: string]: unknown
}

/** Reads a field off its parent; undefined where only the field's resolver knows. */
export type ReadField = (source: unknown) => unknown

/**
 * Two kinds of fields need no resolver, where their parent was read by `directReads`: global ids, and relations
 * whose rows were joined in. Their resolvers are Pothos' own and would come to the same by a longer way.
 */
export function knownField(
  conditions: Conditions,
  parentType: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  nodes: readonly FieldNode[],
): ReadField | undefined {
  if (isGlobalId(parentType, field))
    return (source) => {
      const { id } = source as { id?: unknown }
      return typeof id === 'string' ? encodeId(parentType.name, id) : undefined
    }
  if (isRelation(field) && needsNoMapping(conditions, field, nodes))
    return (source) => {
      if (!(source instanceof DirectRow)) return undefined
      const row = source[field.name]
      return row === null || row instanceof DirectRow ? row : undefined
    }
  return undefined
}

const isGlobalId = (type: GraphQLObjectType, { name }: GraphQLField<unknown, unknown>) =>
  name === 'id' &&
  type.extensions.pothosPrismaModel !== undefined &&
  type.getInterfaces().some((one) => one.name === 'Node')

const isRelation = ({ extensions, args }: GraphQLField<unknown, unknown>) =>
  extensions.pothosPrismaRelationField !== undefined && args.length === 0

/** Whether nothing below asks Pothos what was loaded for it: it would be told by the relation's resolver. */
function needsNoMapping(
  conditions: Conditions,
  field: GraphQLField<unknown, unknown>,
  nodes: readonly FieldNode[],
): boolean {
  const type = getNamedType(field.type)
  if (!isObjectType(type) || type.isTypeOf) return false
  return [...fieldsOf(conditions, type, selectionSetsOf(nodes)).values()].every((below) => {
    const inner = type.getFields()[below[0]?.name.value ?? '']
    if (!inner?.resolve || inner.extensions.pothosPrismaSelect === undefined) return true
    return isRelation(inner) && needsNoMapping(conditions, inner, below)
  })
}
