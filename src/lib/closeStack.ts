/** A stack of functions that close resources. */
export interface CloseStack {
  add(close: () => unknown): void
  /**
   * Calls all functions, the last added first. It continues if one of them throws.
   * @throws the first error
   */
  close(): Promise<void>
}

export function closeStack(): CloseStack {
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
