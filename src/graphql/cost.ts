import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'

/** Page sizes of connections (contract §7). A larger `first` is refused where it is read. */
const DEFAULT_PAGE = 20
const MAX_PAGE = 100
/** What a list without a page size is taken for. */
const ASSUMED_LIST = 10
/** The whole schema, however it is asked for: its size is the server's own and the same for everyone. */
const INTROSPECTION = 200

type Variables = Readonly<Record<string, unknown>>

interface Cost {
  readonly fields: number
  /** Whether variables had a say in it. */
  readonly varies: boolean
}

/**
 * How many fields an operation may resolve at most: every field counts once for each item of the
 * lists around it. A connection's `edges` and `nodes` have as many items as `first` or `last` says,
 * a list by arguments as many as its longest list argument, any other list of objects ten.
 * Conditions (`@skip`, `@include`) are not looked at, and of a union's members all are counted.
 */
const measure = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Cost => {
  let varies = false
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  const measured = new Map<string, number>()

  const defaults = new Map(operation.variableDefinitions?.map((v) => [v.variable.name.value, v.defaultValue]))
  const numberOf = (node: ValueNode): number | undefined => {
    if (node.kind === Kind.INT) return Number(node.value)
    if (node.kind !== Kind.VARIABLE) return undefined
    varies = true
    const given = variables[node.name.value]
    if (typeof given === 'number') return given
    const fallback = given === undefined ? defaults.get(node.name.value) : undefined
    return fallback?.kind === Kind.INT ? Number(fallback.value) : undefined
  }
  const lengthOf = (node: ValueNode): number | undefined => {
    if (node.kind === Kind.LIST) return node.values.length
    if (node.kind !== Kind.VARIABLE) return undefined
    varies = true
    const given = variables[node.name.value] ?? defaults.get(node.name.value)
    if (Array.isArray(given)) return given.length
    return given !== null && typeof given === 'object' && 'kind' in given
      ? lengthOf(given as ValueNode)
      : undefined
  }

  const pageOf = (args: readonly ArgumentNode[]): number => {
    const asked = args.flatMap(({ name, value }) =>
      name.value === 'first' || name.value === 'last' ? (numberOf(value) ?? []) : [],
    )
    return Math.min(MAX_PAGE, Math.max(1, asked.length === 0 ? DEFAULT_PAGE : Math.max(...asked)))
  }
  const itemsOf = (args: readonly ArgumentNode[]): number =>
    Math.max(0, ...args.map(({ value }) => lengthOf(value) ?? 0)) || ASSUMED_LIST

  /** `page`: items of each list here, where this is the selection of a connection. */
  const ofSelections = (
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType,
    page: number | undefined,
    spread: Set<string>,
  ): number => {
    let cost = 0
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) cost += ofField(selection, parent, page)
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition && schema.getType(selection.typeCondition.name.value)
        cost += ofSelections(selection.selectionSet, condition ?? parent, page, spread)
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value)
        cost += ofFragment(selection.name.value, page)
      }
    }
    return cost
  }

  const ofFragment = (name: string, page: number | undefined): number => {
    const key = `${name} ${page}`
    const known = measured.get(key)
    if (known !== undefined) return known
    measured.set(key, 0)
    const fragment = fragments.get(name)
    const type = fragment && schema.getType(fragment.typeCondition.name.value)
    const cost = fragment && type ? ofSelections(fragment.selectionSet, type, page, new Set()) : 0
    measured.set(key, cost)
    return cost
  }

  const ofField = (
    { name, arguments: args = [], selectionSet }: FieldNode,
    parent: GraphQLNamedType,
    page?: number,
  ) => {
    if (name.value === '__schema' || name.value === '__type') return INTROSPECTION
    if (!selectionSet || !(isObjectType(parent) || isInterfaceType(parent))) return 1
    const field = parent.getFields()[name.value]
    if (field === undefined) return 1
    const type = getNamedType(field.type)
    if (!isCompositeType(type)) return 1
    const isConnection = field.args.some((arg) => arg.name === 'first' || arg.name === 'last')
    const isList = isListType(getNullableType(field.type))
    const items = !isList ? 1 : isConnection ? pageOf(args) : (page ?? itemsOf(args))
    const pageBelow = isConnection && !isList ? pageOf(args) : undefined
    return 1 + items * ofSelections(selectionSet, type, pageBelow, new Set())
  }

  const root = schema.getRootType(operation.operation)
  const fields = root ? ofSelections(operation.selectionSet, root, undefined, new Set()) : 0
  return { fields, varies }
}

/** Measures operations of one schema. What no variable has a say in is measured once a document. */
export const costMeter = (schema: GraphQLSchema) => {
  const fixed = new WeakMap<OperationDefinitionNode, number>()
  return (document: DocumentNode, operation: OperationDefinitionNode, variables: Variables = {}): number => {
    const known = fixed.get(operation)
    if (known !== undefined) return known
    const { fields, varies } = measure(schema, document, operation, variables)
    if (!varies) fixed.set(operation, fields)
    return fields
  }
}
