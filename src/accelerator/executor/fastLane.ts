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
import type { EdgeContext } from '../../graphql/engine.js'
import { answerTooLarge } from '../../graphql/limits/answerSize.js'
import { costMeter, type ItemLimits } from '../../graphql/limits/cost.js'
import type { Documents } from '../../graphql/limits/documents.js'
import { forgetLoaded } from '../../graphql/loaders/perOperation.js'
import { isUnavailable } from '../../graphql/unavailable.js'
import { type Compilation, compileFields, type PutField } from './compile.js'
import { Fallback, Run, TooLarge } from './run.js'

/** A request that came whole and well-formed. */
export interface Asked {
  readonly query: string
  readonly operationName?: string | null
  readonly variables?: Readonly<Record<string, unknown>> | null
}

export interface FastLane<Context extends EdgeContext> {
  /**
   * The answer's text where there is one without an error; undefined where the plain path is to answer.
   * @param openContext called at most once: what it makes is of no use to anybody else
   * @throws what the database can't do at the moment: the plain path would only ask it once more
   */
  answer(asked: Asked, openContext: () => Context): Promise<string | undefined>
}

/** All plans together may weigh this much, bytes. */
const MAX_PLAN_BYTES = 32 * 1_048_576
const MAX_PLANS = 2_000
/** The functions that one field of a plan becomes, bytes. */
const BYTES_PER_FIELD = 800

/** One of a document's operations. */
interface Operation {
  /** Distinguishes its plans from those of others. */
  number: number
  document: DocumentNode
  node: OperationDefinitionNode
  fragments: Record<string, FragmentDefinitionNode>
  /** Variables that say which fields there are: each combination that was asked has a plan of its own. */
  conditions: readonly string[]
}

interface Plan {
  fields: readonly PutField[]
  compilation: Compilation
  /** Fields that it was weighed with. */
  weighed: number
}

/**
 * Answers operations without anything that is the same for each run of a document: the plain path parses, checks and
 * keeps it, here it is compiled. It runs the schema's own resolvers, so it knows no rule of its own; what it can't do,
 * and whatever goes wrong, it leaves to the plain path.
 */
export function fastLane<Context extends EdgeContext>({
  schema,
  limits,
  documents,
}: {
  schema: GraphQLSchema
  limits: ItemLimits & { readonly cost: number; readonly responseBytes: number }
  /** Those that the plain path has found to be within all limits and valid. */
  documents: Pick<Documents, 'get'>
}): FastLane<Context> {
  const costOf = costMeter(schema, limits)
  /** By the name that was asked for; null where the operation is left to the plain path. */
  const operations = new WeakMap<DocumentNode, Map<string | null | undefined, Operation | null>>()
  const plans = new LRUCache<string, Plan>({
    max: MAX_PLANS,
    maxSize: MAX_PLAN_BYTES,
    sizeCalculation: ({ weighed }) => BYTES_PER_FIELD * (weighed + 1),
  })
  let prepared = 0

  const operationOf = ({ query, operationName }: Asked): Operation | null => {
    const document = documents.get(query)
    if (!document) return null
    let ofDocument = operations.get(document)
    if (!ofDocument) {
      ofDocument = new Map()
      operations.set(document, ofDocument)
    }
    const known = ofDocument.get(operationName)
    if (known !== undefined) return known
    const node = getOperationAST(document, operationName)
    // Of names that the document doesn't have there is no end.
    if (!node) return null
    const isOurs = node.operation !== 'subscription' && !introspects(document)
    const operation = isOurs ? prepare(++prepared, document, node) : null
    ofDocument.set(operationName, operation)
    return operation
  }

  const planOf = (operation: Operation, variables: Record<string, unknown>): Plan => {
    const { number, node, fragments, conditions } = operation
    const key = `${number} ${conditions.map((name) => keyOf(variables[name])).join('')}`
    const known = plans.get(key)
    if (known) {
      // Members of a union are compiled when they first occur, so that a plan may have grown.
      if (known.weighed !== known.compilation.compiled) keepPlan(key, known)
      return known
    }
    const root = schema.getRootType(node.operation)
    if (!root) throw new Error(`no root type for ${node.operation}`)
    const compilation = { schema, fragments, variables, compiled: 0 }
    const fields = compileFields(compilation, root, [node.selectionSet])
    const plan = { fields, compilation, weighed: 0 }
    keepPlan(key, plan)
    return plan
  }

  const keepPlan = (key: string, plan: Plan) => {
    plans.delete(key)
    plan.weighed = plan.compilation.compiled
    plans.set(key, plan)
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
      return await run(schema, operation, planOf(operation, coerced), coerced, context, limits.responseBytes)
    } catch (error) {
      if (isUnavailable(error)) throw error
      if (error instanceof TooLarge) throw answerTooLarge(limits.responseBytes)
      return undefined
    } finally {
      forgetLoaded(context)
    }
  }
  return { answer }
}

async function run(
  schema: GraphQLSchema,
  { node, fragments }: Operation,
  { fields }: Plan,
  variables: Record<string, unknown>,
  context: EdgeContext,
  maxBytes: number,
): Promise<string> {
  const begin = () => new Run(context, variables, schema, fragments, node, maxBytes)
  const data: Record<string, unknown> = {}
  if (node.operation === 'mutation') {
    // What goes wrong from here on is told by the plain path, for which nothing acts a second time.
    context.edge.acts = new Map()
    for (const field of fields) await together(begin(), [field], data)
  } else await together(begin(), fields, data)
  const text = JSON.stringify({ data })
  // A character takes one to three bytes.
  if (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes) throw new TooLarge()
  return text
}

function together(run: Run, fields: readonly PutField[], data: Record<string, unknown>): Promise<void> {
  for (const field of fields) field(run, undefined, undefined, data)
  return run.finish()
}

/** Null, which a variable with a default may be given, is an error. Undefined are those of the document's other operations. */
function keyOf(condition: unknown): string {
  if (condition === null) throw new Fallback('a condition that is null')
  return condition === true ? '1' : '0'
}

function prepare(number: number, document: DocumentNode, node: OperationDefinitionNode): Operation {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  const conditions = new Set<string>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  visit(document, {
    Directive({ arguments: args }) {
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value)
    },
  })
  return { number, document, node, fragments, conditions: [...conditions] }
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
