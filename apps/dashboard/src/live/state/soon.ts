/**
 * Runs `work` a little after it is asked for, once however often it is asked, and not again within
 * `spacing` ms: a burst of events costs one request.
 */
export function soon(work: () => void, delay: number, spacing: number): { ask(): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  return {
    ask() {
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

/** Hands on what is added within `span` ms at once: a thousand replayed events are drawn a few times, not a thousand. */
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
