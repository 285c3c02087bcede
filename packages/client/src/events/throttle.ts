export interface Throttle {
  schedule(): void
  stop(): void
}

/**
 * Runs `work` once, `delay` ms after `schedule`, however often that is called, and at most once in `spacing` ms. So a
 * burst of events costs one request.
 */
export function throttle(work: () => void, delay: number, spacing: number): Throttle {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  return {
    schedule() {
      timer ??= setTimeout(
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
