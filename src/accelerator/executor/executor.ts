import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  visit,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { answerTooLarge } from '../../graphql/limits/answerSize.js'
import { forgetLoaded } from '../../graphql/loaders/perOperation.js'
import { isUnavailable } from '../../graphql/unavailable.js'
import type { Log } from '../../lib/log.js'
import { type Operation, plansOf } from './plans.js'
import { Fallback, TooLarge } from './run.js'

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
  const queries = new WeakMap<DocumentNode, Map<string | null | undefined, Operation | null>>()
  const plans = plansOf(schema)
  /** Why queries were executed once more by GraphQL's executor, and how often. */
  const fallbacks = new Map<string, number>()
  let compiled = 0

  const queryOf = ({ document, operationName }: ExecutionArgs): Operation | null => {
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
    const query = isOurs ? plans.prepare(document, node) : null
    ofDocument.set(operationName, query)
    return query
  }

  const executeQuery = async (
    query: Operation,
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
      const data = await plans.run(query, { variables: coerced, context, maxBytes })
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
