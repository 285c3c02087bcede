/** Passes on all items of `span` ms together, so that a thousand replayed events cause few renders. */
export function inBatches<T>(take: (batch: T[]) => void, span: number): { add(item: T): void; stop(): void } {
  let batch: T[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    add(item) {
      batch.push(item)
      timer ??= setTimeout(() => {
        const full = batch
        batch = []
        timer = undefined
        take(full)
      }, span)
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
      batch = []
    },
  }
}
