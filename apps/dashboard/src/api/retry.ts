import { signal } from '@preact/signals'
import { ApiError } from './apiError.js'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

/** These errors stay until somebody changes something. All others may pass by themselves. */
const LASTING = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'COST_LIMIT',
])

export function mayPass(error: unknown): boolean {
  return error instanceof ApiError && !LASTING.has(error.code)
}

/** False if the browser knows that it has no network. True doesn't mean that the server can be reached. */
export const isOnline = signal(navigator.onLine)

const waiting = new Set<() => void>()
const returning = new Set<() => void>()

/** Runs at once all that waits for its next attempt: the server can be reached again. */
export function retryNow(): void {
  for (const run of [...waiting]) run()
}

/**
 * Calls `listener` when the network is back, and when somebody looks at the page again. What was read before may be
 * old by then, and a request that was on its way may never be answered.
 */
export function onReturn(listener: () => void): () => void {
  returning.add(listener)
  return () => returning.delete(listener)
}

function comeBack(): void {
  retryNow()
  for (const listener of [...returning]) listener()
}

addEventListener('online', () => {
  isOnline.value = true
  comeBack()
})
addEventListener('offline', () => {
  isOnline.value = false
})
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') comeBack()
})

export interface Retry {
  /** Runs the work again after a wait that doubles from failure to failure, or as soon as the network is back. */
  failed(): void
  /** The next wait is the shortest one again. Whatever else waits for the server is tried at once. */
  succeeded(): void
  stop(): void
}

export function openRetry(work: () => void): Retry {
  let attempt = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function stop(): void {
    clearTimeout(timer)
    timer = undefined
    waiting.delete(run)
  }

  function run(): void {
    stop()
    work()
  }

  return {
    failed() {
      if (timer !== undefined) return
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt)
      attempt++
      timer = setTimeout(run, longest * (0.5 + Math.random() / 2))
      waiting.add(run)
    },
    succeeded() {
      stop()
      if (attempt === 0) return
      attempt = 0
      retryNow()
    },
    stop,
  }
}
