import { setTimeout as delay } from 'node:timers/promises'
import { ApiError } from '@guildhall/client'
import { MirrorError } from './mirrorError.js'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 10_000

/** Trying again at once does not help after these errors: somebody has to do something. */
const FINAL = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT', 'COST_LIMIT'])

export const isFinal = (error: unknown): boolean =>
  error instanceof MirrorError ||
  (error instanceof ApiError && (FINAL.has(error.code) || error.code.startsWith('GRAPHQL_')))

/** Waits longer each time, with jitter. Rejects when the signal is aborted. */
export function backOff(signal: AbortSignal) {
  let tries = 0
  return {
    wait() {
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries++)
      return delay(longest * (0.5 + Math.random() / 2), undefined, { signal })
    },
    reset() {
      tries = 0
    },
  }
}

/** Repeats what fails because the server can't be reached, is starting, or is too busy. */
export async function patiently<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  const { wait } = backOff(signal)
  for (;;)
    try {
      return await task()
    } catch (error) {
      if (isFinal(error)) throw error
      await wait()
    }
}
