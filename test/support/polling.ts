import { setTimeout as delay } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import { type Statement, statementsOf } from './statements.js'

/**
 * The statements that the servers of this process send by themselves during two rounds of polling.
 */
export const polled = (): Promise<Statement[]> => statementsOf(() => delay(1_200))

/**
 * Waits until the servers of this process stop polling, which they do when nobody is subscribed.
 */
export const expectNoPolling = (): Promise<void> =>
  vi.waitFor(async () => expect((await polled()).map(({ text }) => text)).toEqual([]), { timeout: 15_000 })
