import { type GraphQLError, getOperationAST, getVariableValues } from 'graphql'
import type { Refuse } from './limits/limitExecution.js'

/** The most errors about variables in one response. */
const MAX_ERRORS = 3
/** A long message keeps this many UTF-16 code units at its start and at its end. */
const MESSAGE_START = 200
const MESSAGE_END = 300

/**
 * Refuses invalid variables before execution, with a few short errors. GraphQL's own executor reports up to fifty
 * errors, and each one quotes the whole value: for an object of 200 KB with unknown fields it took a second and
 * returned 10 MB.
 * @param hideSuggestions true: messages contain no "Did you mean", which would reveal names of the schema
 */
export const badVariables = (hideSuggestions: boolean): Refuse => {
  const options = { maxErrors: MAX_ERRORS, hideSuggestions }
  return ({ schema, document, operationName, variableValues }) => {
    const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? []
    const { errors } = getVariableValues(schema, definitions, variableValues ?? {}, options)
    return errors && { errors: errors.map(shortened) }
  }
}

/** Cuts the middle out of a long message. The mistake is named at the end, after the quoted value. */
const shortened = (error: GraphQLError): GraphQLError => {
  const { message } = error
  if (message.length > MESSAGE_START + MESSAGE_END)
    error.message = `${message.slice(0, MESSAGE_START)} … ${message.slice(-MESSAGE_END)}`
  return error
}
