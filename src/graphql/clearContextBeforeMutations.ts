import { initContextCache } from '@pothos/core'
import type { GraphQLSchema } from 'graphql'
import { unavailable } from '../errors.js'
import type { EdgeContext } from './engine.js'
import { forgetLoaded } from './loaders/perOperation.js'

/**
 * Clears the context before each mutation of a document. The context caches loaded rows and permission checks.
 * Otherwise the payload of a later mutation would show counts, roles and rights from before its own changes.
 */
export function clearContextBeforeMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field
    field.resolve = (source, args, context: Partial<EdgeContext>, info) => {
      // The client has disconnected: do not start another mutation.
      if (context.edge?.end.signal.aborted) throw unavailable()
      forgetLoaded(context)
      Object.assign(context, initContextCache())
      return resolve?.(source, args, context, info)
    }
  }
  return schema
}
