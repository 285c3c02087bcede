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

/** Page sizes of connections (contract §7). The list itself refuses a larger `first` or `last`. */
const DEFAULT_PAGE = 20
const MAX_PAGE = 100
/** So many rows that a page leaves out cost as much as one field. A list refuses to leave out more than the second number. */
const SKIPPED_A_FIELD = 5
const MAX_SKIPPED = 50_000
/** A filtered list costs so many fields more, because more rows may be read than are returned, and all to count them. */
const FILTERED_LIST = 200
/** The assumed length of a list whose length is unknown. */
const ASSUMED_LIST = 10
/** Each further 100 characters of a long text or alias cost as much as one field. */
const CHARACTERS_A_FIELD = 100
/** The cost of introspection, however much of the schema it reads: the schema has a fixed size. */
const INTROSPECTION = 200

/** Settings that limit the length of lists. */
export interface ItemLimits {
  readonly apiTokensPerOrg: number
  readonly emailDomainsPerOrg: number
}

/** How large a field's value can be. A field declares it in its `extensions`. */
export interface FieldSize {
  /** The most items of a list that has no pages. */
  readonly maxItems?: number | ((limits: ItemLimits) => number)
  /**
   * The items that a list hardly ever exceeds, if it can have far more. It counts as so many. MAX_RESPONSE_BYTES limits
   * the answer in any case.
   */
  readonly usualItems?: number
  /** The most characters of a text that may be long. */
  readonly maxLength?: number
}

type Variables = Readonly<Record<string, unknown>>

/**
 * Returns the assumed length of a list. A function, because it may read variables: the cost then depends on them, so
 * it is called only if there is such a list.
 */
type Items = () => number
const assumed: Items = () => ASSUMED_LIST

interface Cost {
  readonly fields: number
  /** Whether the cost depends on variables. */
  readonly varies: boolean
}

/**
 * The most fields that an operation can resolve. Every field counts once for each item of the lists that contain it.
 *
 * The length of a connection's `edges` and `nodes` is `first` or `last`. The length of any other list is its
 * `maxItems` or `usualItems`. Without these, it is the length of the longest list in the arguments of the field, or of the field that
 * contains it (such as the `results` of a payload). Long texts, long aliases and rows that `skip` leaves out count as several
 * fields.
 *
 * `@skip` and `@include` are ignored, and all members of a union are counted.
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
  /** The length of the longest list in a value of the document. 0 if it contains no list. */
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
  const skippedOf = (args: readonly ArgumentNode[]): number => {
    const skip = args.find(({ name }) => name.value === 'skip')
    const rows = skip ? (numberOf(skip.value) ?? 0) : 0
    return Math.floor(Math.min(MAX_SKIPPED, Math.max(0, rows)) / SKIPPED_A_FIELD)
  }
  const longestOf = (args: readonly ArgumentNode[]): number =>
    longest(
      0,
      args.map(({ value }) => longestIn(value)),
    )

  /** @param page the length of each list here whose length is not known otherwise */
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
    const filtered =
      isConnection && args.some(({ name }) => name.value === 'filter' || name.value === 'search')
        ? FILTERED_LIST
        : 0
    const items = !isList
      ? 1
      : isConnection
        ? pageOf(args)
        : (maxItemsOf(field) ?? (longestOf(args) || page()))
    return (
      own + filtered + skippedOf(args) + items * ofSelections(selectionSet, type, itemsBelow(), new Set())
    )

    function itemsBelow(): Items {
      if (isList) return assumed
      return isConnection ? () => pageOf(args) : () => Math.max(ASSUMED_LIST, longestOf(args))
    }
  }

  const maxItemsOf = ({ extensions }: GraphQLField<unknown, unknown>): number | undefined => {
    const { maxItems, usualItems } = extensions as FieldSize
    return typeof maxItems === 'function' ? maxItems(limits) : (maxItems ?? usualItems)
  }
  /** The cost of a leaf's values, in addition to the field itself. A list of an enum contains each value at most once. */
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

/** Whether a variable of this type can contain a list. Every input object is assumed to contain one. */
const mayHoldList = (schema: GraphQLSchema, type: TypeNode): boolean => {
  if (type.kind === Kind.NAMED_TYPE) return isInputObjectType(schema.getType(type.name.value))
  return type.kind === Kind.LIST_TYPE || mayHoldList(schema, type.type)
}

const longest = (own: number, others: readonly number[]): number =>
  others.reduce((most, other) => Math.max(most, other), own)

/** Deeper than any input of the schema. Deeper values are refused by their type. */
const MAX_INPUT_DEPTH = 8

/** The length of the longest list in a variable's value. 0 if it contains no list. */
const longestGiven = (value: unknown, depth = 0): number => {
  if (typeof value !== 'object' || value === null || depth === MAX_INPUT_DEPTH) return 0
  const inner = Object.values(value).map((each) => longestGiven(each, depth + 1))
  return longest(Array.isArray(value) ? value.length : 0, inner)
}

/** Measures the cost of operations. If the cost does not depend on variables, it is measured once per document. */
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
