import type { OperationDefinitionNode } from 'graphql'
import type { SubscribePayload } from 'graphql-ws'

/*
 * graphql-ws keeps the client's messages in memory while the socket is open or the stream runs. Parsed JSON uses many
 * times the memory of its text, so a client could easily fill the memory. These functions drop what is not needed any
 * more.
 */

/** Call it after reading the credential from `connectionParams`. */
export const forgetParams = (ctx: { connectionParams?: unknown }): void => {
  delete ctx.connectionParams
}

/** Call it once an operation is prepared. The object itself stays: it is the operation's key. */
export const forgetPayload = (payload: SubscribePayload): void => {
  Object.assign(payload, { query: '', variables: null, extensions: null })
}

/** Keeps only the variables that the operation declares. Nothing reads the others. */
export const declaredVariables = (
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>> | null | undefined,
): Record<string, unknown> | null => {
  if (!given) return null
  const names = variableDefinitions.map(({ variable }) => variable.name.value)
  const own = names.filter((name) => Object.hasOwn(given, name))
  return Object.fromEntries(own.map((name) => [name, given[name]]))
}
