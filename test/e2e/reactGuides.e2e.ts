import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { createServer } from 'vite'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { CreateOrgDocument } from '../../operations/generated/graphql.js'
import { runIn, startNext } from '../support/emptyApp.js'
import { readGuide, type Stage, startAsIn } from './support/guide.js'
import { openBrowser } from './support/windows.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser?.close())

/** A person's window of the app. */
async function openPage(appUrl: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: appUrl })
  onTestFinished(() => context.close())
  context.setDefaultTimeout(30_000)
  context.on('weberror', (error) => expect.soft(error.error()).toBeUndefined())
  return context.newPage()
}

/**
 * Ada sees her team and invites Grace, who opens the link, signs in, accepts, and appears on Ada's page.
 * @param signedIn lets the person of a page be signed in from now on
 */
async function story(
  { appUrl, guildhall, tokenOf }: Stage,
  signedIn: (page: Page, token: string) => Promise<void>,
): Promise<void> {
  const token = await tokenOf('Ada')
  await guildhall.run({ name: 'Ada', token }, CreateOrgDocument, { input: { name: 'Acme' } })
  const adas = await openPage(appUrl)
  await signedIn(adas, token)
  await adas.goto('/')
  const switcher = adas.getByRole('combobox', { name: 'Organization' })
  await switcher.selectOption('Acme')
  const members = adas.getByRole('region', { name: 'Members' })
  await members.getByText('ada@example.com').waitFor()
  await adas.getByRole('textbox', { name: 'E-mail address' }).fill('grace@example.com')
  await adas.getByRole('button', { name: 'Invite', exact: true }).click()

  const link = await guildhall.inviteLink('grace@example.com')
  const graces = await openPage(appUrl)
  await graces.goto(link)
  await graces.getByRole('heading', { name: /Acme/ }).waitFor()
  await signedIn(graces, await tokenOf('Grace'))
  await graces.getByRole('button', { name: 'Sign in' }).click()
  await graces.getByRole('button', { name: 'Accept' }).click()
  await graces.waitForURL(appUrl)
  await members.getByText('grace@example.com').waitFor()
}

test('an empty Vite project that follows the guide for React shows a team, invites and accepts', async () => {
  const guide = readGuide('docs/react.md')
  const stage = await startAsIn(guide)
  const signIn = `
export const accessToken = () => localStorage.getItem('token')
export const userId = () => accessToken() && JSON.parse(atob((accessToken() ?? '').split('.')[1] ?? '')).sub as string
export const signIn = () => location.reload()
`
  const folder = guide.makeApp({ 'src/signIn.ts': signIn }, { 'http://localhost:4000': stage.guildhall.url })
  // The project's own Vite and compiler, and the types of React.
  for (const name of ['vite', 'typescript', '@types'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction')
  runIn(folder, 'node node_modules/typescript/bin/tsc -p .')
  const app = await createServer({
    root: folder,
    configFile: false,
    logLevel: 'error',
    server: { port: stage.port, strictPort: true, host: 'localhost' },
  })
  await app.listen()
  onTestFinished(() => app.close())

  await story(stage, async (page, token) => {
    const sign = `if (location.origin === ${JSON.stringify(stage.appUrl)}) localStorage.setItem('token', ${JSON.stringify(token)})`
    await page.addInitScript(sign)
  })
}, 300_000)

test('an empty Next.js project that follows its guide reads on the server, and is live in the browser', async () => {
  const guide = readGuide('docs/nextjs.md')
  const stage = await startAsIn(guide)
  const given = {
    'app/session.ts': `
import { cookies } from 'next/headers'

export async function session(): Promise<{ id: string; token: string } | null> {
  const token = (await cookies()).get('token')?.value
  return token ? { token, id: JSON.parse(atob(token.split('.')[1] ?? '')).sub } : null
}
`,
    'app/sign-in/route.ts': `
import { redirect } from 'next/navigation'

export const GET = (request: Request) => redirect(new URL(request.url).searchParams.get('to') ?? '/')
`,
  }
  const folder = guide.makeApp(given, { 'http://localhost:4000': stage.guildhall.url })
  const [build = '', start = ''] = guide.blockWith('npx next build').split('\n')
  runIn(folder, build)
  await startNext(folder, stage.port, start)

  await story(stage, (page, token) =>
    page.context().addCookies([{ name: 'token', value: token, url: stage.appUrl, httpOnly: true }]),
  )
  const page = await openPage(stage.appUrl)
  await page.context().addCookies([{ name: 'token', value: await stage.tokenOf('Ada'), url: stage.appUrl }])
  await page.goto('/')
  await page.getByRole('heading', { name: 'Your teams: 1' }).waitFor()
}, 300_000)
