import type { Environment } from '../../settings/environment.js'
import type { Settings } from '../../settings/settings.js'

type Status = 'OK' | 'WARNING' | 'PROBLEM'

/** One thing that was looked at. `message` and `cure` contain no secret. */
export interface Finding {
  check: string
  status: Status
  message: string
  /** What the operator can do. */
  cure?: string
}

/** Looks at one thing. It changes nothing. */
export interface Check {
  name: string
  /** The settings that it looks at. */
  reads: readonly (keyof Environment)[]
  /**
   * @param signal aborted when its time is over
   * @returns nothing if there is nothing to look at
   */
  run(settings: Settings, signal: AbortSignal): Promise<Finding[]>
}

export const ok = (check: string, message: string): Finding => ({ check, status: 'OK', message })

/** Something that works, and may not be wanted or not go on working. */
export const warning = (check: string, message: string, cure: string): Finding => ({
  check,
  status: 'WARNING',
  message,
  cure,
})

/** Something that doesn't work. */
export const problem = (check: string, message: string, cure: string): Finding => ({
  check,
  status: 'PROBLEM',
  message,
  cure,
})

/**
 * No check takes longer than this. The time limits of connections are shorter, so that their errors say what took so long.
 */
const CHECK_WITHIN_MS = 17_000

/** The findings of a check, also if it fails or takes too long. */
export async function findingsOf({ name, run }: Check, settings: Settings): Promise<Finding[]> {
  const signal = AbortSignal.timeout(CHECK_WITHIN_MS)
  const late = new Promise<Finding[]>((resolve) => {
    signal.addEventListener('abort', () =>
      resolve([
        problem(
          name,
          `no result within ${CHECK_WITHIN_MS / 1_000} s`,
          'Try it again, and look at the network.',
        ),
      ]),
    )
  })
  const failed = (error: unknown) => [
    problem(
      name,
      `the check failed: ${error instanceof Error ? error.message : String(error)}`,
      'Please report this.',
    ),
  ]
  return Promise.race([run(settings, signal).catch(failed), late])
}
