import { type ExecutionArgs, type GraphQLError, getOperationAST, getVariableValues } from 'graphql'
import type { Plugin } from 'graphql-yoga'

/** Errors that are told of the variables of one request. */
const MAX_ERRORS = 3
/** UTF-16 code units that a message keeps of its beginning and of its end. */
const MESSAGE_START = 200
const MESSAGE_END = 300

/**
 * Refuses bad variables before execution, in few and short words. GraphQL's own executors name up to fifty, and each
 * message quotes the whole value around the mistake: unknown fields in an object of 200 KB took a second, and were
 * answered with 10 MB.
 * @param hideSuggestions whether no message may spell a name of the schema ("Did you mean")
 */
export const refuseBadVariables = (hideSuggestions: boolean): Plugin => {
  const refusalOf = ({ schema, document, operationName, variableValues }: ExecutionArgs) => {
    const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? []
    const options = { maxErrors: MAX_ERRORS, hideSuggestions }
    const { errors } = getVariableValues(schema, definitions, variableValues ?? {}, options)
    return errors && { errors: errors.map(shortened) }
  }
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => refusalOf(args) ?? executeFn(args))
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => refusalOf(args) ?? subscribeFn(args))
    },
  }
}

/** The mistake is named at the end, behind the value. */
const shortened = (error: GraphQLError): GraphQLError => {
  const { message } = error
  if (message.length > MESSAGE_START + MESSAGE_END)
    error.message = `${message.slice(0, MESSAGE_START)} … ${message.slice(-MESSAGE_END)}`
  return error
}
