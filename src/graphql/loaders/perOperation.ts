import { RequestCache } from '@pothos/plugin-scope-auth'
import type { Context } from '../context.js'

/** Makes something once per operation, at its first use, and keeps it in the operation's context. Mostly a DataLoader. */
export function perOperation<T>(make: (context: Context) => T): (context: Context) => T {
  const key = Symbol('per operation')
  return (context) => {
    const holder = context as Context & { [key]?: { thing: T } }
    holder[key] ??= { thing: make(context) }
    return holder[key].thing
  }
}

/** Clears everything that was loaded for an operation: what `perOperation` made, and the caches of Pothos' plugins. */
export function forgetLoaded(context: object): void {
  const keys = Object.getOwnPropertySymbols(context)
  if (keys.length === 0) return
  RequestCache.clearForContext(context)
  for (const key of keys) Reflect.set(context, key, undefined)
}
