import {
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { knownField } from './knownFields.js'
import { Fallback, isPromise, type Run } from './run.js'
import { type Conditions, fieldsOf, selectionSetsOf } from './selection.js'

type Path = GraphQLResolveInfo['path'] | undefined
/** Undefined for leaves, which do not use it. */
type Info = GraphQLResolveInfo | undefined

/**
 * Far more than any page shows. Without a limit, a document that repeats its fragments could become millions of
 * functions.
 */
const MAX_COMPILED_FIELDS = 2_000

export interface Compilation extends Conditions {
  /** The number of fields that are compiled so far. */
  compiled: number
}

/** Converts a resolver's value into its value in the answer. Values of pending promises are filled in later. */
type Complete = (run: Run, value: unknown, path: Path, info: Info) => unknown

/** Creates the object in the answer for a value of an object type. */
type CompleteObject = (run: Run, source: unknown, path: Path) => Record<string, unknown>

/**
 * Compiles selections into functions that do the same as GraphQL's executor. What is the same for each execution is
 * done only once: collecting the fields, reading their arguments, choosing how each type is completed. The functions
 * call the schema's own resolvers. In any case of an error they throw, and GraphQL's executor runs the query instead.
 */
function compileObject(
  conditions: Compilation,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): CompleteObject {
  const fields = compileFields(conditions, type, selectionSets)
  // The size of the names, with their quotes, colons and commas.
  const names = [...fieldsOf(conditions, type, selectionSets).keys()]
  const own = names.reduce((sum, name) => sum + name.length + 4, 2)
  return (run, source, path) => {
    run.grow(own)
    const result: Record<string, unknown> = {}
    for (const field of fields) field(run, source, path, result)
    return result
  }
}

/** Starts a field, and stores its value in the answer's object as soon as it is available. */
export type PutField = (run: Run, source: unknown, path: Path, into: Record<string, unknown>) => void

/** The fields of an object, in order. */
export function compileFields(
  conditions: Compilation,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): PutField[] {
  return [...fieldsOf(conditions, type, selectionSets)].map(([key, nodes]) =>
    compileField(conditions, type, key, nodes),
  )
}

function compileField(
  conditions: Compilation,
  parentType: GraphQLObjectType,
  key: string,
  nodes: FieldNode[],
): PutField {
  if (++conditions.compiled > MAX_COMPILED_FIELDS) throw new Fallback('too large a plan')
  // Assigning to `__proto__` would set the object's prototype.
  if (key === '__proto__') throw new Fallback(key)
  const [{ name }] = nodes as [FieldNode]
  if (name.value === '__typename')
    return (_run, _source, _path, into) => {
      into[key] = parentType.name
    }
  const field = parentType.getFields()[name.value]
  if (!field) throw new Fallback(name.value)
  const known = knownField(conditions, parentType, field, nodes)
  const resolve = compileResolve(field, nodes)
  const leaf = leafOf(field.type)
  if (leaf && !field.resolve) return exposedLeaf(key, field.name, leaf)
  const complete = compileType(conditions, field.type, nodes)
  const simple = simpleResolver(field)
  return (run, source, parentPath, into) => {
    const read = known?.(source, run.context)
    if (leaf && typeof read === 'string') {
      run.characters += read.length
      into[key] = read
      return
    }
    if (simple) {
      const value = simple(source, {}, run.context)
      if (!isPromise(value)) {
        into[key] = complete(run, value, undefined, undefined)
        return
      }
      into[key] = null
      run.when(value, (settled) => {
        into[key] = complete(run, settled, undefined, undefined)
      })
      return
    }
    const path = { prev: parentPath, key, typename: parentType.name }
    const info = read === undefined ? run.infoOf(field, nodes, parentType, path) : undefined
    const value = info ? resolve(run, source, info) : read
    if (!isPromise(value)) {
      into[key] = complete(run, value, path, info)
      return
    }
    into[key] = null
    run.when(value, (settled) => {
      into[key] = complete(run, settled, path, info)
    })
  }
}

type SimpleResolver = (source: unknown, args: object, context: object) => unknown

/** The resolver of a leaf, if no plugin wraps it and its number of parameters shows that it does not use `info`. */
function simpleResolver(field: GraphQLField<unknown, unknown>): SimpleResolver | undefined {
  const { resolve, extensions, args, type } = field
  if (!resolve || resolve !== extensions.pothosOriginalResolve) return undefined
  const asksNoInfo = resolve.length >= 1 && resolve.length <= 3
  return asksNoInfo && args.length === 0 && isLeafType(getNamedType(type))
    ? (resolve as SimpleResolver)
    : undefined
}

/** By far the most common field: a column of the parent, without a resolver. */
function exposedLeaf(key: string, name: string, leaf: Complete): PutField {
  return (run, source, _path, into) => {
    const value = (source as Record<string, unknown>)[name]
    if (isPromise(value) || typeof value === 'function') throw new Fallback('no column')
    into[key] = leaf(run, value, undefined, undefined)
  }
}

const leafOf = (type: GraphQLOutputType): Complete | undefined => {
  if (!isNonNullType(type)) return isLeafType(type) ? orNull(compileLeaf(type)) : undefined
  return isLeafType(type.ofType) ? orNothing(compileLeaf(type.ofType)) : undefined
}

type Resolve = (run: Run, source: unknown, info: GraphQLResolveInfo) => unknown

function compileResolve(field: GraphQLField<unknown, unknown>, nodes: FieldNode[]): Resolve {
  const [node] = nodes as [FieldNode]
  const argsOf = compileArguments(field, node)
  const { resolve, name } = field
  if (resolve) return (run, source, info) => resolve(source, argsOf(run), run.context, info)
  return (run, source, info) => {
    const value = (source as Record<string, unknown>)[name]
    return typeof value === 'function' ? value.call(source, argsOf(run), run.context, info) : value
  }
}

/** Arguments without variables are read once. Each call gets a copy, because a resolver may change its arguments. */
function compileArguments(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (run: Run) => Record<string, unknown> {
  if (field.args.length === 0) return () => ({})
  if (node.arguments?.some(({ value }) => hasVariable(value)))
    return (run) => getArgumentValues(field, node, run.variables)
  const values = getArgumentValues(field, node)
  return () => ({ ...values })
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true
  if (value.kind === Kind.LIST) return value.values.some(hasVariable)
  return value.kind === Kind.OBJECT && value.fields.some((field) => hasVariable(field.value))
}

function compileType(conditions: Compilation, type: GraphQLOutputType, nodes: FieldNode[]): Complete {
  if (isNonNullType(type)) return orNothing(compileNullable(conditions, type.ofType, nodes))
  return orNull(compileNullable(conditions, type, nodes))
}

const orNothing =
  (complete: Complete): Complete =>
  (run, value, path, info) => {
    if (value == null) throw new Fallback('null where there can be none')
    if (value instanceof Error) throw value
    return complete(run, value, path, info)
  }

const orNull =
  (complete: Complete): Complete =>
  (run, value, path, info) => {
    if (value == null) return null
    if (value instanceof Error) throw value
    return complete(run, value, path, info)
  }

function compileNullable(conditions: Compilation, type: GraphQLOutputType, nodes: FieldNode[]): Complete {
  if (isListType(type)) return compileList(compileType(conditions, type.ofType, nodes))
  if (isLeafType(type)) return compileLeaf(type)
  if (isObjectType(type)) return compileObjectType(conditions, type, nodes)
  if (isAbstractType(type)) return compileAbstract(conditions, type, nodes)
  throw new Fallback(String(type))
}

function compileList(completeItem: Complete): Complete {
  return (run, list, path, info) => {
    if (!Array.isArray(list)) throw new Fallback('no array')
    const result: unknown[] = new Array(list.length)
    for (let index = 0; index < list.length; index++) {
      const item: unknown = list[index]
      const itemPath = { prev: path, key: index, typename: undefined }
      if (isPromise(item)) {
        result[index] = null
        run.when(item, (settled) => {
          result[index] = completeItem(run, settled, itemPath, info)
        })
      } else result[index] = completeItem(run, item, itemPath, info)
    }
    return result
  }
}

function compileLeaf(type: GraphQLLeafType): Complete {
  const isText = type.name === 'String' || type.name === 'ID'
  const isTime = type.name === 'DateTime'
  return (run, value) => {
    if (isText && typeof value === 'string') {
      run.characters += value.length
      return value
    }
    // An invalid Date throws, as the scalar does.
    if (isTime && value instanceof Date) return value.toISOString()
    const serialized = type.serialize(value)
    if (serialized == null) throw new Fallback('a leaf without a value')
    return serialized
  }
}

function compileObjectType(conditions: Compilation, type: GraphQLObjectType, nodes: FieldNode[]): Complete {
  const object = compileObject(conditions, type, selectionSetsOf(nodes))
  const { isTypeOf } = type
  return (run, value, path, info) => {
    // A promise is not `true` either, so GraphQL's executor handles it.
    if (isTypeOf && isTypeOf(value, run.context, info as GraphQLResolveInfo) !== true)
      throw new Fallback(`no ${type.name}`)
    return object(run, value, path)
  }
}

function compileAbstract(conditions: Compilation, type: GraphQLAbstractType, nodes: FieldNode[]): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver
  const byType = new Map<string, Complete>()
  const completeAs = (name: string): Complete => {
    let complete = byType.get(name)
    if (!complete) {
      const actual = conditions.schema.getType(name)
      if (!isObjectType(actual) || !conditions.schema.isSubType(type, actual)) throw new Fallback(name)
      complete = compileObjectType(conditions, actual, nodes)
      byType.set(actual.name, complete)
    }
    return complete
  }
  return (run, value, path, info) => {
    const name = resolveType(value, run.context, info as GraphQLResolveInfo, type)
    if (typeof name !== 'string') throw new Fallback('a type that is told later')
    return completeAs(name)(run, value, path, info)
  }
}
