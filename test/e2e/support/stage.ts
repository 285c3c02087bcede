import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { type Guildhall, openGuildhall } from './guildhall.js'
import { openBrowser, openWindow, type Window, type WindowOptions } from './windows.js'

export interface Stage {
  readonly guildhall: Guildhall
  /** Open until the test is over. */
  window(options?: WindowOptions): Promise<Window>
}

/** A server and a browser for the tests of a file. */
export function useStage(): Stage {
  let guildhall: Guildhall
  let browser: Browser
  beforeAll(async () => {
    ;[guildhall, browser] = await Promise.all([openGuildhall(), openBrowser()])
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
