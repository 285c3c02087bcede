import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isObjectType,
} from 'graphql'
import { omittedColumns } from '../../database/omittedColumns.js'
import { getDatamodel } from '../../generated/pothos.js'
import { encodeId } from '../../graphql/globalId.js'
import { Fallback, isPromise } from './run.js'
import { type Conditions, fieldsOf, selectionSetsOf } from './selection.js'

/** Reads a field from its parent's row. Undefined if the field's resolver has to be called. */
export type ReadField = (source: unknown, context: object) => unknown

/**
 * Three kinds of fields don't need Pothos' resolvers: global ids, relations whose whole row was read with the parent, and
 * fields that are computed from such a row alone, as an inviter whose account may be deleted. Pothos' resolvers would
 * return the same values, but they take a quarter of the time of the dashboard's query.
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
  const columns = columnsOf(getNamedType(field.type))
  if (!columns || !needsNoMapping(conditions, field, nodes)) return undefined
  const computed = computedFromRelation(parentType, field)
  if (computed)
    return (source) => {
      const row = (source as Record<string, unknown>)[computed.relation]
      return row === null || isWhole(row, columns) ? computed.resolve(source) : undefined
    }
  if (!isRelation(parentType, field)) return undefined
  return guarded(field, (source) => {
    const row = (source as Record<string, unknown>)[field.name]
    return row === null || isWhole(row, columns) ? row : undefined
  })
}

/** Whether a row has all columns. If not, the resolver reads the others. */
function isWhole(row: unknown, columns: readonly string[]): boolean {
  if (typeof row !== 'object' || row === null) return false
  for (const column of columns) if (!(column in row)) return false
  return true
}

/** The columns that Prisma reads of a type's model by default. */
function columnsOf(type: unknown): string[] | undefined {
  if (!isObjectType(type)) return undefined
  const model = String(type.extensions.pothosPrismaModel)
  const fields = (getDatamodel() as unknown as Datamodel).datamodel.models[model]?.fields
  const omitted = (omittedColumns as Record<string, object | undefined>)[
    `${model[0]?.toLowerCase()}${model.slice(1)}`
  ]
  return fields
    ?.filter(({ kind, name }) => kind !== 'object' && !Object.hasOwn(omitted ?? {}, name))
    .map(({ name }) => name)
}

interface Datamodel {
  datamodel: { models: Record<string, { fields: { name: string; kind: string }[] }> }
}

type Guard = (source: unknown, args: object, context: object) => unknown

/** Reads the field only if its `authScopes` allow it. Otherwise its resolver decides what a refusal returns. */
function guarded(field: GraphQLField<unknown, unknown>, read: ReadField): ReadField {
  const guard = (field.extensions.pothosOptions as { authScopes?: Guard }).authScopes
  if (!guard) return read
  return (source, context) => {
    const may = guard(source, {}, context)
    if (isPromise(may))
      return may.then((yes) => {
        const row = yes === true ? read(source, context) : undefined
        if (row === undefined) throw new Fallback('a relation for its resolver')
        return row
      })
    return may === true ? read(source, context) : undefined
  }
}

const isGlobalId = (type: GraphQLObjectType, { name, resolve, extensions }: GraphQLField<unknown, unknown>) =>
  name === 'id' &&
  type.extensions.pothosPrismaModel !== undefined &&
  type.getInterfaces().some((one) => one.name === 'Node') &&
  // Otherwise a plugin has wrapped the resolver.
  resolve === extensions.pothosOriginalResolve

const isRelation = (type: GraphQLObjectType, { extensions, args }: GraphQLField<unknown, unknown>) =>
  extensions.pothosPrismaRelationField !== undefined &&
  args.length === 0 &&
  saysNoMore(withoutGuard(extensions.pothosOptions), ofRelation) &&
  saysNoMore(type.extensions.pothosOptions, ofType)

/** A field that selects one relation, and whose resolver uses nothing but its parent. */
function computedFromRelation(type: GraphQLObjectType, { extensions, args }: GraphQLField<unknown, unknown>) {
  const { select, resolve } = (extensions.pothosOptions ?? {}) as Partial<ComputedOptions>
  if (typeof select !== 'function' || resolve?.length !== 1 || args.length > 0) return undefined
  if (!saysNoMore(extensions.pothosOptions, [...ofRelation, 'select'])) return undefined
  if (!saysNoMore(type.extensions.pothosOptions, ofType)) return undefined
  const whole = {}
  const [selected, ...more] = Object.entries(select({}, {}, () => whole))
  if (selected === undefined || selected[1] !== whole || more.length > 0) return undefined
  return { relation: selected[0], resolve }
}

interface ComputedOptions {
  select(args: object, context: object, nestedSelection: () => unknown): Record<string, unknown>
  resolve(parent: unknown): unknown
}

const ofRelation = ['type', 'nullable', 'description', 'deprecationReason', 'extensions', 'resolve']
const ofType = ['id', 'loadWithoutCache', 'name', 'variant', 'description', 'extensions', 'fields']

/** The options without `authScopes`, if that is a function: `guarded` calls it. */
const withoutGuard = (options: unknown) => {
  const { authScopes, ...others } = options as { authScopes?: unknown }
  return typeof authScopes === 'function' ? others : options
}

/**
 * Whether all options are known. An unknown option may change the value or who may read it: then the resolver is
 * called.
 */
const saysNoMore = (options: unknown, known: readonly string[]) =>
  typeof options === 'object' && options !== null && Object.keys(options).every((key) => known.includes(key))

/**
 * Whether no selected field depends on Pothos' record of what was loaded with the row. The relation's resolver would
 * write that record.
 */
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
