import type { Context } from './context.js'

/** Makes a thing once an operation, at its first use: a DataLoader above all. */
export function perOperation<T>(make: (context: Context) => T): (context: Context) => T {
  const made = new WeakMap<Context, T>()
  return (context) => {
    let thing = made.get(context)
    if (thing === undefined) {
      thing = make(context)
      made.set(context, thing)
    }
    return thing
  }
}
