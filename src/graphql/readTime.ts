import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from './context.js'
import { perOperation } from './loaders/perOperation.js'

const startTime = perOperation(({ app }) => app.clock.now())

/**
 * The time, by the database's clock, at which an operation decides whether an invite or a token has expired. It is the
 * same for a whole query, so that filters, counts and statuses agree. The mutations of a document run one after
 * another, so each one gets the current time.
 */
export function readTime(context: Context, { operation }: GraphQLResolveInfo): Date {
  return operation.operation === 'mutation' ? context.app.clock.now() : startTime(context)
}
