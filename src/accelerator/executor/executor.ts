import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import { answerTooLarge } from '../../graphql/limits/answerSize.js'
import { forgetLoaded } from '../../graphql/loaders/perOperation.js'
import { isUnavailable } from '../../graphql/unavailable.js'
import type { Log } from '../../lib/log.js'
import { type Compilation, compileFields, type PutField } from './compile.js'
import { Fallback, Run, TooLarge } from './run.js'

/** All plans together may weigh this much, bytes. */
const MAX_PLAN_BYTES = 32 * 1_048_576
const MAX_PLANS = 2_000
/** The functions that one field of a plan becomes, bytes. */
const BYTES_PER_FIELD = 800

/** One query of a document. */
interface Query {
  /** Distinguishes its plans from those of other queries. */
  number: number
  node: OperationDefinitionNode
  fragments: Record<string, FragmentDefinitionNode>
  /** Variables of `@skip` and `@include`: each combination of their values has a plan of its own. */
  conditions: readonly string[]
}

interface Plan {
  fields: readonly PutField[]
  compilation: Compilation
  /** The number of fields that it was weighed with. */
  weighed: number
}

type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>

/**
 * Executes queries by functions that were compiled from their document. A document is compiled when the same parsed
 * document is executed a second time. The compiled functions call the schema's own resolvers, so no rule is
 * written twice. Mutations go to GraphQL's executor, and so does each query whose answer holds an error or needs
 * something that is not compiled.
 */
export function compiledExecutor({
  schema,
  maxBytes,
  log,
}: {
  schema: GraphQLSchema
  /** The largest answer (MAX_RESPONSE_BYTES). */
  maxBytes: number
  log: Log
}): Plugin {
  /** By the name that was asked for; null: not compiled. */
  const queries = new WeakMap<DocumentNode, Map<string | null | undefined, Query | null>>()
  const plans = new LRUCache<string, Plan>({
    max: MAX_PLANS,
    maxSize: MAX_PLAN_BYTES,
    sizeCalculation: ({ weighed }) => BYTES_PER_FIELD * (weighed + 1),
  })
  /** Why queries were executed once more by GraphQL's executor, and how often. */
  const fallbacks = new Map<string, number>()
  let compiled = 0
  let prepared = 0

  const queryOf = ({ document, operationName }: ExecutionArgs): Query | null => {
    const ofDocument = queries.get(document)
    if (!ofDocument) {
      queries.set(document, new Map())
      return null
    }
    const known = ofDocument.get(operationName)
    if (known !== undefined) return known
    const node = getOperationAST(document, operationName)
    // Clients can make up any number of names that the document doesn't have.
    if (!node) return null
    const isOurs = node.operation === 'query' && !introspects(document)
    const query = isOurs ? prepare(++prepared, document, node) : null
    ofDocument.set(operationName, query)
    return query
  }

  const planOf = (
    { number, node, fragments, conditions }: Query,
    variables: Record<string, unknown>,
  ): Plan => {
    const key = `${number} ${conditions.map((name) => keyOf(variables[name])).join('')}`
    const known = plans.get(key)
    if (known) {
      // A union's members are compiled when they first occur, so a plan may have grown.
      if (known.weighed !== known.compilation.compiled) keepPlan(key, known)
      return known
    }
    const root = schema.getQueryType()
    if (!root) throw new Error('the schema has no queries')
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

  const executeQuery = async (
    query: Query,
    args: ExecutionArgs,
    execute: Execute,
  ): Promise<ExecutionResult> => {
    const { coerced } = getVariableValues(
      schema,
      query.node.variableDefinitions ?? [],
      args.variableValues ?? {},
      {
        maxErrors: 1,
      },
    )
    // GraphQL's executor names the mistakes.
    if (!coerced) return execute(args)
    const context = args.contextValue as object
    try {
      const run = new Run(context, coerced, schema, query.fragments, query.node, maxBytes)
      const data: Record<string, unknown> = {}
      for (const field of planOf(query, coerced).fields) field(run, undefined, undefined, data)
      await run.finish()
      compiled++
      return { data }
    } catch (error) {
      // A second try would only wait for the database a second time.
      if (isUnavailable(error)) throw error
      if (error instanceof TooLarge) return { errors: [answerTooLarge(maxBytes)] }
      const reason = error instanceof Fallback ? error.message : 'an error in the answer'
      fallbacks.set(reason, (fallbacks.get(reason) ?? 0) + 1)
      forgetLoaded(context)
      // A context of its own, since Pothos' plugins remember by the context what they found.
      return execute({ ...args, contextValue: { ...context } })
    } finally {
      // Pothos' plugins remember by the context in WeakMaps, whose values survive minor garbage collections: what a
      // dashboard had read was left to the slow major collection, 100 KB of it for each request.
      forgetLoaded(context)
    }
  }

  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => {
        const query = args.schema === schema ? queryOf(args) : null
        return query ? executeQuery(query, args, executeFn as Execute) : executeFn(args as never)
      })
    },
    onDispose() {
      log.info({ compiled, fallbacks: Object.fromEntries(fallbacks) }, 'queries of the compiled executor')
    },
  }
}

/** Null, which a variable with a default may be given, is an error. Variables of the document's other operations are undefined. */
function keyOf(condition: unknown): string {
  if (condition === null) throw new Fallback('a condition that is null')
  return condition === true ? '1' : '0'
}

function prepare(number: number, document: DocumentNode, node: OperationDefinitionNode): Query {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  const conditions = new Set<string>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  visit(document, {
    Directive({ arguments: args }) {
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value)
    },
  })
  return { number, node, fragments, conditions: [...conditions] }
}

/** GraphQL's executor answers the fields that describe the schema. */
function introspects(document: DocumentNode): boolean {
  let found = false
  visit(document, {
    Field({ name }) {
      if (name.value === '__schema' || name.value === '__type') found = true
    },
  })
  return found
}
