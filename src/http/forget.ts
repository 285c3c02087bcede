import type { OperationDefinitionNode } from 'graphql'
import type { SubscribePayload } from 'graphql-ws'

/*
 * graphql-ws keeps what a client sent as long as its socket is open, or its stream runs. JSON becomes objects that take
 * many times the space of their text, so a client could fill the memory with little effort. What has been read is
 * therefore taken out.
 */

/** To be called once the credential is taken from `connectionParams`. */
export const forgetParams = (ctx: { connectionParams?: unknown }): void => {
  delete ctx.connectionParams
}

/** To be called once an operation is prepared. The object itself stays: it stands for the operation. */
export const forgetPayload = (payload: SubscribePayload): void => {
  Object.assign(payload, { query: '', variables: null, extensions: null })
}

/** The variables that an operation declares. No others are ever read. */
export const declaredOnly = (
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>> | null | undefined,
): Record<string, unknown> | null => {
  if (!given) return null
  const names = variableDefinitions.map(({ variable }) => variable.name.value)
  const own = names.filter((name) => Object.hasOwn(given, name))
  return Object.fromEntries(own.map((name) => [name, given[name]]))
}
