/** A list of functions that close resources, like a stack. */
export interface Closings {
  add(close: () => unknown): void
  /**
   * Closes all, the last added first. It goes on if one of them throws.
   * @throws the first error
   */
  close(): Promise<void>
}

export function closings(): Closings {
  const all: (() => unknown)[] = []
  return {
    add: (close) => void all.push(close),
    async close() {
      const failures: unknown[] = []
      for (const close of all.splice(0).reverse()) {
        try {
          await close()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
