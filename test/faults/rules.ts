import { expect } from 'vitest'
import { isFrom } from '../support/logLines.js'
import { APP_URL } from '../support/testServer.js'
import { type Account, type Fault, WITHIN_MS } from './load.js'

/** The settings of a server whose log and answers are those of production. */
export const productionEnv = {
  NODE_ENV: 'production',
  APP_URL,
  LOG_LEVEL: 'info',
  SMTP_URL: '',
}

/** The most lines that all servers together may log about one fault. */
const MOST_LINES = 40

/** Checks what holds for every fault (docs/reliability.md). */
export function withinTheRules(
  account: Account,
  { normalWithinMs = WITHIN_MS, killsServer = false }: Fault,
): void {
  // A difference in an array shows only that array; the message has the rest.
  const { log, ...figures } = account
  const seen = JSON.stringify(figures)
  expect(account, seen).toMatchObject({ lost: [], twice: [], wrongStreams: [], isBackToNormal: true })
  if (!killsServer) expect(account.unhealthy).toBe(0)
  expect(account.slowestMs).toBeLessThan(WITHIN_MS + account.busyMs)
  expect(account.lastFailureMs).toBeLessThan(normalWithinMs + account.busyMs)
  expect(account.readyMs).toBeLessThan(WITHIN_MS + account.busyMs)
  expect(account.log.filter(isFrom('error'))).toEqual([])
  expect(account.log.length).toBeLessThan(MOST_LINES)
  // The load went on.
  expect(account.acknowledged).toBeGreaterThan(5)
}
