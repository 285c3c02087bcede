import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Person } from './guildhall.js'

const shots = fileURLToPath(new URL('../../../dist/screenshots', import.meta.url))

/** Live changes appear at once: this is only long for a busy machine. */
const WITHIN_MS = 30_000

/** Opens Debian's Chromium, or the browser in CHROMIUM. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/**
 * Says to the page what a server says that was started with --demo. The simulated people of such a server would disturb
 * the tests.
 */
const sayDemo = `new MutationObserver((_, observer) => {
  if (!document.head) return
  observer.disconnect()
  const meta = document.createElement('meta')
  meta.name = 'guildhall'
  meta.content = '{"isDemo":true}'
  document.head.prepend(meta)
}).observe(document, { childList: true, subtree: true })`

/** One person's window: a separate browser context that records every problem in it. */
export interface Window {
  page: Page
  /** Fails on console errors, on failed requests, and on requests to another server. */
  expectNoComplaints(): void
  /**
   * Fails on problems that axe calls moderate, serious or critical. `except`: ids of rules to ignore, each
   * with its reason at the call.
   */
  expectAccessible(options?: { except?: readonly string[] }): Promise<void>
  /** Fails if the page is wider than the window. */
  expectToFit(): Promise<void>
  /** Writes a screenshot to dist/screenshots, for people to look at. */
  shoot(name: string, options?: { fullPage?: boolean }): Promise<void>
}

export interface WindowOptions extends BrowserContextOptions {
  /** The person who is already signed in. */
  as?: Person
  /** Shows the pages as in the demo, which has more on them. */
  isDemo?: boolean
  /** Problems that the test expects, for example from a killed server. */
  expects?: RegExp
}

export async function openWindow(
  browser: Browser,
  url: string,
  { as, expects, isDemo = false, ...options }: WindowOptions = {},
): Promise<Window> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    ...options,
  })
  if (as) {
    const session = JSON.stringify({ token: as.token, name: as.name })
    // The blank document that every new page begins with has no storage.
    const sessionOnceLoaded = `if (origin !== 'null') sessionStorage.setItem('guildhall.session', ${JSON.stringify(session)})`
    await context.addInitScript(sessionOnceLoaded)
  }
  if (isDemo) await context.addInitScript(sayDemo)
  const complaints: string[] = []
  context.setDefaultTimeout(WITHIN_MS)
  const page = await context.newPage()
  const complain = (words: string) => {
    if (!expects?.test(words)) complaints.push(words)
  }
  // Of the whole context, so that pages opened by a link count too.
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complain(`console: ${message.text()}`)
  })
  context.on('weberror', (error) => complain(`page: ${error.error().stack ?? error.error().message}`))
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== url) complain(`elsewhere: ${request.url()}`)
    if (request.headers().referer) complain(`referrer sent: ${request.headers().referer}`)
  })
  context.on('requestfailed', (request) => {
    const failure = request.failure()?.errorText ?? ''
    // The page itself aborts requests that it no longer needs.
    if (failure !== 'net::ERR_ABORTED') complain(`failed: ${request.url()} ${failure}`)
  })
  return {
    page,
    expectNoComplaints: () => expect(complaints).toEqual([]),
    expectAccessible: (options) => expectAccessible(page, options),
    async expectToFit() {
      // Not innerWidth: on a phone it grows with what does not fit.
      const { width = 0 } = page.viewportSize() ?? {}
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    },
    async shoot(name, shotOptions) {
      mkdirSync(shots, { recursive: true })
      await page.screenshot({ path: `${shots}/${name}.png`, ...shotOptions })
    },
  }
}

/** See `Window`. */
export async function expectAccessible(
  page: Page,
  { except = [] }: { except?: readonly string[] } = {},
): Promise<void> {
  // Contrast is measured after the fade-ins.
  await settled(page)
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run(document)')) as axe.AxeResults
  const serious = violations.filter(({ id, impact }) => impact !== 'minor' && !except.includes(id))
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`)).toEqual([])
}

/** Waits until nothing moves or fades any more. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    'Promise.all(document.getAnimations().filter((a) => a.effect.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => {})))',
  )
}
