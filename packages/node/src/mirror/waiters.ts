/** Those who wait until something holds. */
export interface Waiters {
  /** Resolves once `holds` returns true, rejects if all fail before. */
  until(holds: () => boolean): Promise<void>
  /** Something has changed: asks `holds` again. */
  changed(): void
  fail(error: unknown): void
}

export function newWaiters(): Waiters {
  const waiting = new Set<{ holds: () => boolean; resolve: () => void; reject: (error: unknown) => void }>()
  return {
    until: (holds) =>
      new Promise((resolve, reject) => {
        if (holds()) resolve()
        else waiting.add({ holds, resolve, reject })
      }),
    changed() {
      for (const one of waiting) {
        if (!one.holds()) continue
        waiting.delete(one)
        one.resolve()
      }
    },
    fail(error) {
      for (const { reject } of waiting) reject(error)
      waiting.clear()
    },
  }
}
