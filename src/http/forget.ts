import type { OperationDefinitionNode } from 'graphql'
import type { SubscribePayload } from 'graphql-ws'

/*
 * graphql-ws keeps what a client sent while its socket is open or its stream runs. Parsed JSON takes many times the
 * memory of its text, so a client could fill the memory with little effort. These functions drop what has been read.
 */

/** Call it after reading the credential from `connectionParams`. */
export const forgetParams = (ctx: { connectionParams?: unknown }): void => {
  delete ctx.connectionParams
}

/** Call it once an operation is prepared. The object itself stays: it is the operation's key. */
export const forgetPayload = (payload: SubscribePayload): void => {
  Object.assign(payload, { query: '', variables: null, extensions: null })
}

/** The variables that the operation declares. Nothing reads the others. */
export const declaredVariables = (
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>> | null | undefined,
): Record<string, unknown> | null => {
  if (!given) return null
  const names = variableDefinitions.map(({ variable }) => variable.name.value)
  const own = names.filter((name) => Object.hasOwn(given, name))
  return Object.fromEntries(own.map((name) => [name, given[name]]))
}
