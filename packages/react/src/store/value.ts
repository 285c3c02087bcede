/** A value that tells its listeners when it changes. */
export interface Value<T> {
  get(): T
  set(next: T): void
  listen(listener: () => void): () => void
}

export function value<T>(initial: T): Value<T> {
  let current = initial
  const listeners = new Set<() => void>()
  return {
    get: () => current,
    set(next) {
      if (Object.is(next, current)) return
      current = next
      for (const listener of [...listeners]) listener()
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
