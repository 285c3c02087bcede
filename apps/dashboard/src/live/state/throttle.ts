/**
 * Runs `work` once, `delay` ms after `schedule` is called, however often that is, and at most once in `spacing` ms.
 * So a burst of events costs one request.
 */
export function throttle(
  work: () => void,
  delay: number,
  spacing: number,
): { schedule(): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  return {
    schedule() {
      if (timer !== undefined) return
      timer = setTimeout(
        () => {
          timer = undefined
          last = Date.now()
          work()
        },
        Math.max(delay, last + spacing - Date.now()),
      )
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}

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
