import type { Context } from './context.js'

/** Makes a thing once an operation, at its first use: a DataLoader above all. It hangs on the operation's context. */
export function perOperation<T>(make: (context: Context) => T): (context: Context) => T {
  const key = Symbol('per operation')
  return (context) => {
    const holder = context as Context & { [key]?: { thing: T } }
    holder[key] ??= { thing: make(context) }
    return holder[key].thing
  }
}
