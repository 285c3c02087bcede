import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Person } from './guildhall.js'

const shots = fileURLToPath(new URL('../../../dist/screenshots', import.meta.url))

/** What is live comes at once; this is patience with a busy machine. */
const WITHIN_MS = 15_000

/** The browser is Debian's; CHROMIUM names another one. */
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

/** One person's window: a browser context of its own, which keeps account of everything that went wrong in it. */
export interface Window {
  page: Page
  /** Fails on console errors, on requests that failed, and on any that went to another server. */
  expectNoComplaints(): void
  /** Fails on what axe calls serious or critical. `except`: rules by their ids, each with a reason at its place. */
  expectAccessible(options?: { except?: readonly string[] }): Promise<void>
  /** To dist/screenshots, for people to look at. */
  shoot(name: string, options?: { fullPage?: boolean }): Promise<void>
}

export interface WindowOptions extends BrowserContextOptions {
  /** Already signed in. */
  as?: Person
  /** Complaints that belong to the story, like a server that was killed. */
  expects?: RegExp
}

export async function openWindow(
  browser: Browser,
  url: string,
  { as, expects, ...options }: WindowOptions = {},
): Promise<Window> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    ...options,
  })
  if (as) {
    const session = JSON.stringify({ token: as.token, name: as.name })
    await context.addInitScript(`sessionStorage.setItem('guildhall.session', ${JSON.stringify(session)})`)
  }
  const complaints: string[] = []
  context.setDefaultTimeout(WITHIN_MS)
  const page = await context.newPage()
  const complain = (words: string) => {
    if (!expects?.test(words)) complaints.push(words)
  }
  // Of the whole context: a page that a link opened counts too.
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
    // A question that nobody waits for any more is aborted by the page itself.
    if (failure !== 'net::ERR_ABORTED') complain(`failed: ${request.url()} ${failure}`)
  })
  return {
    page,
    expectNoComplaints: () => expect(complaints).toEqual([]),
    async expectAccessible({ except = [] } = {}) {
      // What fades in must have come before its contrast is measured.
      await page.evaluate(
        'Promise.all(document.getAnimations().filter((a) => a.effect.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => {})))',
      )
      await page.evaluate(axe.source)
      const { violations } = (await page.evaluate('axe.run(document)')) as axe.AxeResults
      const serious = violations.filter(
        ({ id, impact }) => (impact === 'serious' || impact === 'critical') && !except.includes(id),
      )
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`)).toEqual(
        [],
      )
    },
    async shoot(name, shotOptions) {
      mkdirSync(shots, { recursive: true })
      await page.screenshot({ path: `${shots}/${name}.png`, ...shotOptions })
    },
  }
}
