import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
  type ValueNode,
} from 'graphql'

/** Page sizes of connections (contract §7). A larger `first` is refused where it is read. */
const DEFAULT_PAGE = 20
const MAX_PAGE = 100
/** What a list is taken for that says nothing of its size. */
const ASSUMED_LIST = 10
/** Texts that are so long cost as much as one field more: a field's own costs no more than a short one. */
const CHARACTERS_A_FIELD = 100
/** The whole schema, however it is asked for: its size is the server's own and the same for everyone. */
const INTROSPECTION = 200

/** Settings that say how long a list can be. */
export interface ItemLimits {
  readonly apiTokensPerOrg: number
  readonly emailDomainsPerOrg: number
}

/** What a field says of its size, by its `extensions`. */
export interface FieldSize {
  /** Of a list without pages: how many items it has at most. */
  readonly maxItems?: number | ((limits: ItemLimits) => number)
  /** Of a text that may be long: its characters at most. */
  readonly maxLength?: number
}

type Variables = Readonly<Record<string, unknown>>

/** How many items a list is taken for. A look at variables, so taken only where there is such a list. */
type Items = () => number
const assumed: Items = () => ASSUMED_LIST

interface Cost {
  readonly fields: number
  /** Whether variables had a say in it. */
  readonly varies: boolean
}

/**
 * How many fields an operation may resolve at most: every field counts once for each item of the
 * lists around it. A connection's `edges` and `nodes` have as many items as `first` or `last` says, any other list as
 * many as it says itself (`maxItems`), or as the longest list in its arguments, or in those of the field around it (a
 * payload's `results`). Long texts and long names count as several fields.
 * Conditions (`@skip`, `@include`) are not looked at, and of a union's members all are counted.
 */
const measure = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  limits: ItemLimits,
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
  const listVariables = new Set(
    operation.variableDefinitions
      ?.filter(({ type }) => mayHoldList(schema, type))
      .map(({ variable }) => variable.name.value),
  )
  /** Length of the longest list in a value of the document, 0 where there is none. */
  const longestIn = (node: ValueNode | undefined): number => {
    if (node?.kind === Kind.LIST) return longest(node.values.length, node.values.map(longestIn))
    if (node?.kind === Kind.OBJECT)
      return longest(
        0,
        node.fields.map(({ value }) => longestIn(value)),
      )
    if (node?.kind !== Kind.VARIABLE || !listVariables.has(node.name.value)) return 0
    varies = true
    const given = variables[node.name.value]
    return given === undefined ? longestIn(defaults.get(node.name.value)) : longestGiven(given)
  }

  const pageOf = (args: readonly ArgumentNode[]): number => {
    const asked = args.flatMap(({ name, value }) =>
      name.value === 'first' || name.value === 'last' ? (numberOf(value) ?? []) : [],
    )
    return Math.min(MAX_PAGE, Math.max(1, asked.length === 0 ? DEFAULT_PAGE : Math.max(...asked)))
  }
  const longestOf = (args: readonly ArgumentNode[]): number =>
    longest(
      0,
      args.map(({ value }) => longestIn(value)),
    )

  /** `page`: items of each list here that has no list of its own to go by; looked up where there is one. */
  const ofSelections = (
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType,
    page: Items,
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

  const ofFragment = (name: string, page: Items): number => {
    const key = `${name} ${page()}`
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
    { name, alias, arguments: args = [], selectionSet }: FieldNode,
    parent: GraphQLNamedType,
    page: Items,
  ) => {
    if (name.value === '__schema' || name.value === '__type') return INTROSPECTION
    const own = 1 + Math.floor((alias?.value.length ?? 0) / CHARACTERS_A_FIELD)
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name.value] : undefined
    if (field === undefined) return own
    const type = getNamedType(field.type)
    const isList = isListType(getNullableType(field.type))
    if (!isCompositeType(type) || !selectionSet) return own + leavesOf(field, type, isList)
    const isConnection = field.args.some((arg) => arg.name === 'first' || arg.name === 'last')
    const items = !isList
      ? 1
      : isConnection
        ? pageOf(args)
        : (maxItemsOf(field) ?? (longestOf(args) || page()))
    return own + items * ofSelections(selectionSet, type, itemsBelow(), new Set())

    function itemsBelow(): Items {
      if (isList) return assumed
      return isConnection ? () => pageOf(args) : () => Math.max(ASSUMED_LIST, longestOf(args))
    }
  }

  const maxItemsOf = ({ extensions }: GraphQLField<unknown, unknown>): number | undefined => {
    const { maxItems } = extensions as FieldSize
    return typeof maxItems === 'function' ? maxItems(limits) : maxItems
  }
  /** What the values of a leaf cost beside the field itself. A list of an enum has each value once at most. */
  const leavesOf = (
    field: GraphQLField<unknown, unknown>,
    type: GraphQLNamedType,
    isList: boolean,
  ): number => {
    const { maxLength = 0 } = field.extensions as FieldSize
    const text = Math.floor(maxLength / CHARACTERS_A_FIELD)
    if (!isList) return text
    return (maxItemsOf(field) ?? (isEnumType(type) ? type.getValues().length : ASSUMED_LIST)) * (1 + text)
  }

  const root = schema.getRootType(operation.operation)
  const fields = root ? ofSelections(operation.selectionSet, root, assumed, new Set()) : 0
  return { fields, varies }
}

/** Whether a variable of this type can hold a list: all inputs are taken for such. */
const mayHoldList = (schema: GraphQLSchema, type: TypeNode): boolean => {
  if (type.kind === Kind.NAMED_TYPE) return isInputObjectType(schema.getType(type.name.value))
  return type.kind === Kind.LIST_TYPE || mayHoldList(schema, type.type)
}

const longest = (own: number, others: readonly number[]): number =>
  others.reduce((most, other) => Math.max(most, other), own)

/** Deeper than any input of the schema. What lies below is refused by its type. */
const MAX_INPUT_DEPTH = 8

/** Length of the longest list in a variable's JSON, 0 where there is none. */
const longestGiven = (value: unknown, depth = 0): number => {
  if (typeof value !== 'object' || value === null || depth === MAX_INPUT_DEPTH) return 0
  const inner = Object.values(value).map((each) => longestGiven(each, depth + 1))
  return longest(Array.isArray(value) ? value.length : 0, inner)
}

/** Measures operations of one schema. What no variable has a say in is measured once a document. */
export const costMeter = (schema: GraphQLSchema, limits: ItemLimits) => {
  const fixed = new WeakMap<OperationDefinitionNode, number>()
  return (document: DocumentNode, operation: OperationDefinitionNode, variables: Variables = {}): number => {
    const known = fixed.get(operation)
    if (known !== undefined) return known
    const { fields, varies } = measure(schema, document, operation, variables, limits)
    if (!varies) fixed.set(operation, fields)
    return fields
  }
}
