import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { type Guildhall, openGuildhall } from './guildhall.js'
import { openBrowser, openWindow, type Window, type WindowOptions } from './windows.js'

export interface Fixture {
  readonly guildhall: Guildhall
  /** Opens a window that closes at the end of the test. */
  window(options?: WindowOptions): Promise<Window>
}

/**
 * A server and a browser for the tests of a file. `prepare` is called when the server has started. `env` holds further
 * settings.
 */
export function useFixture(
  prepare?: (guildhall: Guildhall) => Promise<void>,
  env?: Record<string, string>,
): Fixture {
  let guildhall: Guildhall
  let browser: Browser
  async function open(): Promise<void> {
    guildhall = await openGuildhall(env && { env })
    await prepare?.(guildhall)
  }
  beforeAll(async () => {
    ;[, browser] = await Promise.all([open(), openBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await guildhall?.stop()
  })
  return {
    get guildhall() {
      return guildhall
    },
    async window(options) {
      const window = await openWindow(browser, guildhall.url, options)
      onTestFinished(() => window.page.context().close())
      return window
    },
  }
}
