import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { createServer } from 'vite'
import { expect, onTestFinished, test } from 'vitest'
import { backEnd } from '../../examples/host/backEnd.js'
import { runIn } from '../support/emptyApp.js'
import { readGuide, startAsIn } from './support/guide.js'
import { openBrowser } from './support/windows.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const guide = readGuide('docs/add-invitations.md')

/** What the app has already: its own sign-in. Here the test is the identity provider. */
const signIn = `
declare global {
  interface Window { askProvider(): Promise<string> }
}
export const accessToken = () => sessionStorage.getItem('token')
export async function signIn() {
  sessionStorage.setItem('token', await window.askProvider())
  location.reload()
}
`

/** Makes an app of the guide's files, in an empty Vite project, and runs it. */
async function openApp(port: number, guildhallUrl: string): Promise<void> {
  const folder = guide.makeApp({ 'src/signIn.ts': signIn }, { 'http://localhost:4000': guildhallUrl })
  // The project's own Vite, and its compiler.
  for (const name of ['vite', 'typescript'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction')
  const options =
    '--noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler --types vite/client'
  runIn(folder, `node node_modules/typescript/bin/tsc ${options} src/main.ts`)

  const app = await createServer({
    root: folder,
    configFile: false,
    logLevel: 'error',
    server: { port, strictPort: true, host: 'localhost' },
  })
  await app.listen()
  onTestFinished(() => app.close())
}

/** A person's window of the app. `token` is what the app's sign-in gives them. */
async function openPage(browser: Browser, url: string, token: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: url })
  context.setDefaultTimeout(30_000)
  await context.exposeFunction('askProvider', () => token)
  context.on('weberror', (error) => expect.soft(error.error()).toBeUndefined())
  return context.newPage()
}

test('an empty Vite project that follows the guide invites, accepts and updates live', async () => {
  // Step 1.
  const { appUrl, port, guildhall, env, tokenOf } = await startAsIn(guide)

  // Step 2.
  const host = backEnd(guildhall.url, env.INSTANCE_TOKEN ?? '')
  const ada = await host.knowUser({ subject: 'Ada', email: 'ada@example.com', name: 'Ada' })
  const orgId = await host.openOrg('Acme', ada, 'workspace-1')
  expect(await host.orgOf('workspace-1')).toBe(orgId)

  // Steps 3 to 5.
  await openApp(port, guildhall.url)
  const browser = await openBrowser()
  onTestFinished(() => browser.close())
  const adas = await openPage(browser, appUrl, await tokenOf('Ada'))
  await adas.addInitScript(`sessionStorage.setItem('token', ${JSON.stringify(await tokenOf('Ada'))})`)
  await adas.goto(`/workspaces/${orgId}`)
  const invite = async (email: string) => {
    await adas.getByLabel('E-mail address').fill(email)
    await adas.getByRole('button', { name: 'Invite' }).click()
  }
  await invite('grace@example.com')
  await adas.getByText('Invited.').waitFor()
  await adas.getByText('grace@example.com: SENT').waitFor()
  await invite('grace@example.com')
  await adas.getByText('Invited.').waitFor({ state: 'detached' })
  expect(await adas.getByRole('status').textContent()).toContain('already')

  const link = await guildhall.inviteLink('grace@example.com')
  const graces = await openPage(browser, appUrl, await tokenOf('Grace'))
  await graces.goto(link)
  await graces.getByText(/^Ada invites g•+@example\.com to Acme\.$/).waitFor()
  await graces.getByRole('button', { name: 'Sign in' }).click()
  await graces.getByRole('button', { name: 'Accept' }).click()
  await graces.getByText('Welcome to Acme.').waitFor()
  await adas.getByText(/grace@example\.com/).waitFor({ state: 'detached' })

  // The link works once.
  await graces.reload()
  await graces.getByText('This invite is accepted.').waitFor()
  await graces.goto(`/workspaces/${orgId}`)
  await graces.getByText('Admins invite people to this workspace.').waitFor()

  // Step 6.
  expect(await host.mayInvite(orgId, ada)).toBe(true)
}, 300_000)
