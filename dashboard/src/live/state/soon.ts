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
