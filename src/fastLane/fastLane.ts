import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { costMeter } from '../graphql/cost.js'
import type { EdgeContext } from '../graphql/engine.js'
import { forgetLoaded } from '../graphql/perOperation.js'
import { isUnavailable } from '../graphql/unavailable.js'
import { compileFields, type PutField } from './compile.js'
import { Fallback, Run } from './run.js'

/** A request that came whole and well-formed. */
export interface Asked {
  readonly query: string
  readonly operationName?: string | null
  readonly variables?: Readonly<Record<string, unknown>> | null
}

export interface FastLane<Context extends EdgeContext> {
  /** Takes in a document that the plain path has found to be within all limits and valid. */
  admit(document: DocumentNode): void
  /**
   * The answer's text where there is one without an error; undefined where the plain path is to answer.
   * @param openContext called at most once: what it makes is of no use to anybody else
   * @throws what the database can't do at the moment: the plain path would only ask it once more
   */
  answer(asked: Asked, openContext: () => Context): Promise<string | undefined>
}

const CACHE_CHARACTERS = 4 * 1_048_576
/** Plans of one operation: one for each combination of its `@skip` and `@include` that was asked. */
const MAX_PLANS = 16

interface Document {
  ast: DocumentNode
  /** By the name that was asked for; only names that the document has. */
  operations: Map<string | null | undefined, Operation>
}

/** One of a document's operations. */
interface Operation {
  document: DocumentNode
  node: OperationDefinitionNode
  fragments: Record<string, FragmentDefinitionNode>
  /** Variables that say which fields there are. */
  conditions: readonly string[]
  plans: Map<string, readonly PutField[]>
}

/**
 * Answers operations without anything that is the same for each run of a document: the plain path parses and checks
 * it at its first request, here it is compiled at its second. It runs the schema's own resolvers, so it knows no rule
 * of its own; what it can't do, and whatever goes wrong, it leaves to the plain path.
 */
export function fastLane<Context extends EdgeContext>({
  schema,
  limits,
}: {
  schema: GraphQLSchema
  limits: { readonly cost: number }
}): FastLane<Context> {
  const costOf = costMeter(schema)
  const documents = new LRUCache<string, Document>({
    maxSize: CACHE_CHARACTERS,
    sizeCalculation: (_, text) => text.length + 500,
  })

  const operationOf = ({ query, operationName }: Asked): Operation | null => {
    const document = documents.get(query)
    if (!document) return null
    const { ast, operations } = document
    const known = operations.get(operationName)
    if (known) return known
    const node = getOperationAST(ast, operationName)
    if (!node || node.operation === 'subscription') return null
    const operation = prepare(ast, node)
    operations.set(operationName, operation)
    return operation
  }

  const admit = (ast: DocumentNode) => {
    const text = ast.loc?.source.body
    if (text === undefined || documents.has(text) || introspects(ast)) return
    documents.set(text, { ast, operations: new Map() })
  }

  const answer: FastLane<Context>['answer'] = async (asked, openContext) => {
    const operation = operationOf(asked)
    if (!operation) return undefined
    const given = asked.variables ?? {}
    if (costOf(operation.document, operation.node, given) > limits.cost) return undefined
    const { coerced } = getVariableValues(schema, operation.node.variableDefinitions ?? [], given, {
      // Whether there is one is all that counts here: the plain path names them.
      maxErrors: 1,
    })
    if (!coerced) return undefined
    const context = openContext()
    try {
      return await run(schema, operation, coerced, context)
    } catch (error) {
      if (isUnavailable(error)) throw error
      return undefined
    } finally {
      forgetLoaded(context)
    }
  }
  return { admit, answer }
}

async function run(
  schema: GraphQLSchema,
  operation: Operation,
  variables: Record<string, unknown>,
  context: EdgeContext,
): Promise<string> {
  const { node, fragments } = operation
  const fields = planOf(schema, operation, variables)
  const begin = () => new Run(context, variables, schema, fragments, node)
  const data: Record<string, unknown> = {}
  if (node.operation === 'mutation') {
    // What goes wrong from here on is told by the plain path, for which nothing acts a second time.
    context.edge.acts = new Map()
    for (const field of fields) await together(begin(), [field], data)
  } else await together(begin(), fields, data)
  return JSON.stringify({ data })
}

function together(run: Run, fields: readonly PutField[], data: Record<string, unknown>): Promise<void> {
  for (const field of fields) field(run, undefined, undefined, data)
  return run.finish()
}

function planOf(
  schema: GraphQLSchema,
  operation: Operation,
  variables: Record<string, unknown>,
): readonly PutField[] {
  const { node, fragments, conditions, plans } = operation
  const key = conditions.map((name) => keyOf(variables[name])).join('')
  let plan = plans.get(key)
  if (!plan) {
    const root = schema.getRootType(node.operation)
    if (!root) throw new Error(`no root type for ${node.operation}`)
    plan = compileFields({ schema, fragments, variables }, root, [node.selectionSet])
    if (plans.size < MAX_PLANS) plans.set(key, plan)
  }
  return plan
}

/** Null, which a variable with a default may be given, is an error. Undefined are those of the document's other operations. */
function keyOf(condition: unknown): string {
  if (condition === null) throw new Fallback('a condition that is null')
  return condition === true ? '1' : '0'
}

function prepare(document: DocumentNode, node: OperationDefinitionNode): Operation {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  const conditions = new Set<string>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  visit(document, {
    Directive({ arguments: args }) {
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value)
    },
  })
  return { document, node, fragments, conditions: [...conditions], plans: new Map() }
}

/** The schema's own fields are answered by the plain path, which knows whether they may be asked. */
function introspects(document: DocumentNode): boolean {
  let found = false
  visit(document, {
    Field({ name }) {
      if (name.value === '__schema' || name.value === '__type') found = true
    },
  })
  return found
}
