import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isObjectType,
} from 'graphql'
import type { Context } from '../../graphql/context.js'
import { encodeId } from '../../graphql/globalId.js'
import { loadById } from '../../graphql/loaders/loadById.js'
import { modelKey, readModels } from '../prismaReads/models.js'
import { type Conditions, fieldsOf, selectionSetsOf } from '../prismaReads/selection.js'
import { Fallback, isPromise } from './run.js'

/** A row as `directReads` makes it: of relations it holds whole rows, and null where there is none. */
export class DirectRow {
  [column: string]: unknown
}

/** Reads a field off its parent, or by what its parent has; undefined where only the field's resolver knows. */
export type ReadField = (source: unknown, context: object) => unknown

/**
 * Two kinds of fields need no resolver: global ids, and relations whose rows were joined in by `directReads`, or
 * whose keys the parent has. Their resolvers are Pothos' own and would come to the same by a longer way.
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
  if (isRelation(parentType, field) && needsNoMapping(conditions, field, nodes)) {
    const byKey = readByKey(parentType, field)
    return guarded(field, (source, context) => {
      const row = (source as Record<string, unknown>)[field.name]
      if (row === undefined) return byKey(source, context)
      return source instanceof DirectRow && (row === null || row instanceof DirectRow) ? row : undefined
    })
  }
  return undefined
}

type Guard = (source: unknown, args: object, context: object) => unknown

/** Reads only what the field's own guard says yes to. How it is refused, or asked of others, its resolver knows. */
function guarded(field: GraphQLField<unknown, unknown>, read: ReadField): ReadField {
  const guard = (field.extensions.pothosOptions as { authScopes?: Guard }).authScopes
  if (!guard) return read
  return (source, context) => {
    const may = guard(source, {}, context)
    if (isPromise(may))
      return may.then((yes) => {
        if (yes === true) return read(source, context)
        throw new Fallback('not theirs to see')
      })
    return may === true ? read(source, context) : undefined
  }
}

const models = readModels()

/** Reads a relation to one row by its key, in one statement for all parents: as a mutation's payload has it. */
function readByKey(parentType: GraphQLObjectType, { name }: GraphQLField<unknown, unknown>): ReadField {
  const relation = models.get(modelKey(String(parentType.extensions.pothosPrismaModel)))?.relations.get(name)
  if (!relation?.keyField) return () => undefined
  const { keyField, model } = relation
  const read = loadById(modelKey(model) as 'user')
  return (source, context) => {
    const key = (source as Record<string, unknown>)[keyField]
    if (typeof key === 'string') return read(context as Context).load(key)
    return key === null ? null : undefined
  }
}

const isGlobalId = (type: GraphQLObjectType, { name, resolve, extensions }: GraphQLField<unknown, unknown>) =>
  name === 'id' &&
  type.extensions.pothosPrismaModel !== undefined &&
  type.getInterfaces().some((one) => one.name === 'Node') &&
  // Else a plugin has its word before it.
  resolve === extensions.pothosOriginalResolve

const isRelation = (type: GraphQLObjectType, { extensions, args }: GraphQLField<unknown, unknown>) =>
  extensions.pothosPrismaRelationField !== undefined &&
  args.length === 0 &&
  saysNoMore(withoutGuard(extensions.pothosOptions), ofRelation) &&
  saysNoMore(type.extensions.pothosOptions, ofType)

const ofRelation = ['type', 'nullable', 'description', 'deprecationReason', 'extensions', 'resolve']
const ofType = ['id', 'loadWithoutCache', 'name', 'variant', 'description', 'extensions', 'fields']

/** A guard that is a function can be asked. */
const withoutGuard = (options: unknown) => {
  const { authScopes, ...others } = options as { authScopes?: unknown }
  return typeof authScopes === 'function' ? others : options
}

/** Whatever else a field's or a type's options may say (who may read it, for one), its resolver heeds and we don't. */
const saysNoMore = (options: unknown, known: readonly string[]) =>
  typeof options === 'object' && options !== null && Object.keys(options).every((key) => known.includes(key))

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
    return isRelation(type, inner) && needsNoMapping(conditions, inner, below)
  })
}
