import {
  type DocumentNode,
  GraphQLError,
  Kind,
  Lexer,
  type ParseOptions,
  parse,
  type SelectionSetNode,
  Source,
  TokenKind,
} from 'graphql'
import { listTooLong, MAX_LIST_ITEMS, stringTooLong } from './inputLimits.js'

/** Limits for the document itself. What it asks for is limited by its cost (`cost.ts`). */
export interface DocumentLimits {
  /** How deep fields may be nested. */
  readonly depth: number
  /** The most aliases in the whole document, including those of `__typename`. */
  readonly aliases: number
  /** The most UTF-16 code units of a string, a number or a name. */
  readonly stringLength: number
}

/** Far more than people and code generators write. The time of validation grows with the square of this number. */
const MAX_TOKENS = 2_000
/** The deepest nesting of brackets of every kind. Deeper documents could overflow the stack, first in the parser. */
const MAX_NESTING = 200
const MAX_DIRECTIVES = 30
/** Enough for nested types (`ofType`). `MaxIntrospectionDepthRule` of graphql-js limits introspection further. */
const INTROSPECTION_DEPTH = 20

const tooMuch = (message: string) =>
  new GraphQLError(message, {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400, spec: true } },
  })

const opening = new Set<string>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L])
const closing = new Set<string>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R])

/** Checks the tokens in one pass without recursion, before any recursive function gets the document. */
const checkTokens = (source: Source, { stringLength }: DocumentLimits): void => {
  const lexer = new Lexer(source)
  /** The open brackets. `values`: the number of values so far, used if the bracket is a list. */
  const open: { readonly isList: boolean; values: number }[] = []
  for (let tokens = 1; ; tokens++) {
    const { kind, value } = lexer.advance()
    if (kind === TokenKind.EOF) return
    if (tokens > MAX_TOKENS) throw tooMuch(`The document has more than ${MAX_TOKENS} tokens.`)
    // Numbers and names too: a number can be an ID, and a name can be an enum value.
    if (value !== undefined && value.length > stringLength) throw stringTooLong('the document', stringLength)
    if (closing.has(kind)) {
      open.pop()
      continue
    }
    const around = open.at(-1)
    // A variable is two tokens: `$` and its name.
    if (around?.isList && kind !== TokenKind.DOLLAR && ++around.values > MAX_LIST_ITEMS)
      throw listTooLong('the document')
    if (opening.has(kind)) open.push({ isList: kind === TokenKind.BRACKET_L, values: 0 })
    if (open.length > MAX_NESTING)
      throw tooMuch(`The document is nested more than ${MAX_NESTING} levels deep.`)
  }
}

const isIntrospection = (name: string) => name === '__schema' || name === '__type'

/** The depth of the deepest field. Each fragment is measured once. A fragment that spreads itself adds nothing. */
const depthOf = (document: DocumentNode, within: DocumentLimits): number => {
  const fragments = new Map<string, SelectionSetNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet)
  const measured = new Map<string, number>()

  const ofFragment = (name: string): number => {
    const known = measured.get(name)
    if (known !== undefined) return known
    measured.set(name, 0)
    const selections = fragments.get(name)
    const depth = selections === undefined ? 0 : below(selections)
    measured.set(name, depth)
    return depth
  }

  const below = ({ selections }: SelectionSetNode): number => {
    let deepest = 0
    for (const selection of selections) {
      const depth =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? below(selection.selectionSet)
            : 1 + ofField(selection.name.value, selection.selectionSet)
      if (depth > deepest) deepest = depth
    }
    return deepest
  }

  const ofField = (name: string, selectionSet: SelectionSetNode | undefined): number => {
    if (selectionSet === undefined) return 0
    const depth = below(selectionSet)
    if (!isIntrospection(name)) return depth
    // Introspection may be deeper than other fields. It has its own limit.
    return depth <= INTROSPECTION_DEPTH ? 0 : within.depth + depth
  }

  let deepest = 0
  for (const node of document.definitions)
    if (node.kind === Kind.OPERATION_DEFINITION) deepest = Math.max(deepest, below(node.selectionSet))
  return deepest
}

/** The number of aliases and directives in the whole document. Each fragment is counted once. */
const countsOf = (document: DocumentNode) => {
  let aliases = 0
  let directives = 0
  const count = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      directives += selection.directives?.length ?? 0
      if (selection.kind === Kind.FIELD && selection.alias !== undefined) aliases++
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) count(selection.selectionSet)
    }
  }
  for (const node of document.definitions) {
    if (!('selectionSet' in node)) continue
    directives += node.directives?.length ?? 0
    count(node.selectionSet)
  }
  return { aliases, directives }
}

const checkDocument = (document: DocumentNode, limits: DocumentLimits): void => {
  const { aliases, directives } = countsOf(document)
  if (aliases > limits.aliases)
    throw tooMuch(`The document has ${aliases} aliases; ${limits.aliases} are allowed.`)
  if (directives > MAX_DIRECTIVES)
    throw tooMuch(`The document has ${directives} directives; ${MAX_DIRECTIVES} are allowed.`)
  const depth = depthOf(document, limits)
  if (depth > limits.depth)
    throw tooMuch(`The document is ${depth} levels deep; ${limits.depth} are allowed.`)
}

const syntaxError = (error: unknown) => {
  if (!(error instanceof GraphQLError) || error.extensions.code !== undefined) return error
  return new GraphQLError(error.message, {
    source: error.source,
    positions: error.positions,
    extensions: { code: 'GRAPHQL_PARSE_FAILED', http: { status: 400, spec: true } },
  })
}

/**
 * Like `parse`, but refuses a document that is too large, before validation. The time is linear in the length of the
 * text.
 * @throws {GraphQLError} GRAPHQL_PARSE_FAILED, or GRAPHQL_VALIDATION_FAILED with a message that names the limit
 */
export const parseWithin =
  (limits: DocumentLimits) =>
  (text: string | Source, options?: ParseOptions): DocumentNode => {
    const source = typeof text === 'string' ? new Source(text) : text
    try {
      checkTokens(source, limits)
      const document = parse(source, options)
      checkDocument(document, limits)
      return document
    } catch (error) {
      throw syntaxError(error)
    }
  }
