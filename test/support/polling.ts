import { setTimeout as delay } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import { type Statement, statementsOf } from './statements.js'

/** What the servers of this process ask the database for in two rounds of polling, by themselves. */
export const polled = (): Promise<Statement[]> => statementsOf(() => delay(1_200))

/** Waits until the servers of this process follow no events: they poll as long as anybody is subscribed. */
export const expectNoPolling = (): Promise<void> =>
  vi.waitFor(async () => expect((await polled()).map(({ text }) => text)).toEqual([]), { timeout: 15_000 })
