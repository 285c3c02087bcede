import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from './context.js'
import { perOperation } from './loaders/perOperation.js'

const begun = perOperation(({ app }) => app.clock.now())

/**
 * The moment, by the database's clock, of which an operation tells: one for all of an answer, so that what a
 * filter, a count and the thing itself say of an invite's end agree. Mutations move on, since they are done
 * one after another.
 */
export function readTime(context: Context, { operation }: GraphQLResolveInfo): Date {
  return operation.operation === 'mutation' ? context.app.clock.now() : begun(context)
}
