import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { type Guildhall, openGuildhall, type Person } from './guildhall.js'
import { openReactHost, type ReactHost, type ReactVersion } from './reactHost.js'
import { openBrowser } from './windows.js'

export interface ReactApp {
  readonly guildhall: Guildhall
  /**
   * Opens a page of test/e2e/react, as somebody or as a visitor who is not signed in. Fails the test on an error of React or
   * of the page.
   */
  open(
    name: string,
    person: Person | null,
    query: Readonly<Record<string, string>>,
    options?: ReactPageOptions,
  ): Promise<Page>
}

export interface ReactPageOptions extends BrowserContextOptions {
  version?: ReactVersion
  /** Errors in the console that the test causes. */
  expects?: RegExp
  /** Called before the page is loaded. */
  prepare?(page: Page): void
}

/** A server, a browser and an app with React for the tests of a file. */
export function useReactApp(): ReactApp {
  let host: ReactHost
  let guildhall: Guildhall
  let browser: Browser
  beforeAll(async () => {
    host = await openReactHost()
    ;[guildhall, browser] = await Promise.all([
      openGuildhall({ env: { ALLOWED_ORIGINS: host.origin } }),
      openBrowser(),
    ])
  })
  afterAll(async () => {
    await browser?.close()
    await guildhall?.stop()
    await host?.close()
  })
  return {
    get guildhall() {
      return guildhall
    },
    async open(name, person, query, { version = '19', expects, prepare, ...options } = {}) {
      const context = await browser.newContext(options)
      onTestFinished(() => context.close())
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      page.on('pageerror', (error) => expect.soft(error).toBeUndefined())
      page.on('console', (message) => {
        if (message.type() === 'error' && !expects?.test(message.text())) expect.soft(message.text()).toBe('')
      })
      prepare?.(page)
      const endpoint = `${guildhall.url}/graphql`
      await page.goto(host.url(name, version, { endpoint, ...(person && { token: person.token }), ...query }))
      return page
    },
  }
}
