import { initContextCache } from '@pothos/core'
import type { GraphQLSchema } from 'graphql'
import { unavailable } from '../errors.js'
import type { EdgeContext } from './engine.js'
import { forgetLoaded } from './loaders/perOperation.js'

/**
 * Lets each mutation of a document begin without what was loaded for the one before it. Loaders, and answers to
 * "may the viewer?", are remembered on the operation's context; a later mutation's payload would be told with
 * counts, roles and rights as they were before it changed them.
 */
export function resolveEachMutationAnew(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field
    field.resolve = (source, args, context: Partial<EdgeContext>, info) => {
      // Who asked has left: nothing is begun that nobody waits for.
      if (context.edge?.end.signal.aborted) throw unavailable()
      forgetLoaded(context)
      Object.assign(context, initContextCache())
      return resolve?.(source, args, context, info)
    }
  }
  return schema
}
