import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
} from 'graphql'
import { isUnavailable } from '../../graphql/unavailable.js'
import type { Log } from '../../lib/log.js'
import { type Operation, plansOf } from './plans.js'
import { Fallback } from './run.js'

/**
 * Does what GraphQL's `execute` does, for the few documents that the server itself executes again and again. It compiles
 * each at its first use. Executions may share a context, whose loaders then read for all of them with one statement. So
 * the caller forgets what was loaded, once all of them are over. Each document has one operation.
 */
export function compiledExecute(
  schema: GraphQLSchema,
  log: Log,
): (args: Omit<ExecutionArgs, 'schema'>) => Promise<ExecutionResult> {
  const operations = new WeakMap<DocumentNode, Operation>()
  const plans = plansOf(schema)
  const fallbacks = new Set<string>()

  const operationOf = (document: DocumentNode): Operation => {
    const known = operations.get(document)
    if (known) return known
    const node = getOperationAST(document)
    if (!node) throw new Error('the document has no single operation')
    const operation = plans.prepare(document, node)
    operations.set(document, operation)
    return operation
  }

  return async (args) => {
    const { document, contextValue: context, rootValue: root } = args
    const operation = operationOf(document)
    const { coerced, errors } = getVariableValues(
      schema,
      operation.node.variableDefinitions ?? [],
      args.variableValues ?? {},
    )
    if (errors) return { errors }
    try {
      const maxBytes = Number.POSITIVE_INFINITY
      const data = await plans.run(operation, {
        variables: coerced,
        context: context as object,
        root,
        maxBytes,
      })
      return { data }
    } catch (error) {
      // A second try would only wait for the database a second time.
      if (isUnavailable(error)) throw error
      const reason = error instanceof Fallback ? error.message : 'an error in the answer'
      if (!fallbacks.has(reason)) log.info({ reason }, 'a document of the server is not executed as compiled')
      fallbacks.add(reason)
      // A context of its own, without its symbols: they hold the loaders and what Pothos' plugins found.
      const contextValue = Object.fromEntries(Object.entries(context as object))
      return execute({ ...args, schema, contextValue })
    }
  }
}
