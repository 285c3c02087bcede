/** How to close what was opened, one thing after the other. */
export interface Closings {
  add(close: () => unknown): void
  /**
   * Closes all, the last opened first, whatever fails.
   * @throws the first failure
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
