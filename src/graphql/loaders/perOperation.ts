import { RequestCache } from '@pothos/plugin-scope-auth'
import type { Context } from '../context.js'

/** Makes a thing once an operation, at its first use: a DataLoader above all. It hangs on the operation's context. */
export function perOperation<T>(make: (context: Context) => T): (context: Context) => T {
  const key = Symbol('per operation')
  return (context) => {
    const holder = context as Context & { [key]?: { thing: T } }
    holder[key] ??= { thing: make(context) }
    return holder[key].thing
  }
}

/**
 * Lets go of all that was loaded for an operation: ours hangs on its context by a symbol each, the builder's plugins
 * remember theirs by the context, or by what it has at their symbol.
 *
 * Also where the operation is over. The plugins' memory is a WeakMap, whose values count as alive for as long as
 * only young objects are collected: and by the context they held all that an operation had read, so that it was
 * copied, promoted, and left to the slow collection.
 */
export function forgetLoaded(context: object): void {
  const keys = Object.getOwnPropertySymbols(context)
  if (keys.length === 0) return
  RequestCache.clearForContext(context)
  for (const key of keys) Reflect.set(context, key, undefined)
}
