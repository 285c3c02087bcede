import { GraphQLError } from 'graphql'
import type { CodedError } from '../errors.js'

/** A coded error as GraphQL's own, for an execution result. */
export const toGraphQLError = ({ message, extensions }: CodedError): GraphQLError =>
  new GraphQLError(message, { extensions })
