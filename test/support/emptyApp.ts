import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished } from 'vitest'

/** For a developer's commands: the environment of the tests would change what they build. */
const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: undefined, NEXT_TELEMETRY_DISABLED: '1' }

/** A new app in a folder of its own, with these files and no packages, until the test has finished. */
export function emptyApp(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-app-'))
  // Its packages are some 10,000 files.
  onTestFinished(() => rmSync(folder, { recursive: true }), 300_000)
  const all = { 'package.json': '{"name":"my-app","private":true,"type":"module"}', ...files }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** Runs a developer's command in a shell. Throws if it fails. */
export function runIn(folder: string, command: string): void {
  execFileSync(command, { cwd: folder, shell: true, stdio: 'pipe', env })
}

/** @param command such as `npm install next` */
export function installIn(folder: string, command: string): void {
  runIn(folder, `${command} --prefer-offline --no-audit --no-fund`)
}

/** Starts a built Next.js app, until the test has finished. Returns when it answers. */
export async function startNext(folder: string, port: number, command = 'npx next start'): Promise<void> {
  // Next's own process ends with its group.
  const app = spawn(`${command} --port ${port}`, {
    cwd: folder,
    shell: true,
    env,
    stdio: 'ignore',
    detached: true,
  })
  onTestFinished(async () => {
    if (app.pid) process.kill(-app.pid)
    if (app.exitCode === null && app.signalCode === null) await once(app, 'exit')
  })
  const answers = () =>
    fetch(`http://localhost:${port}`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(answers, { timeout: 30_000 }).toBe(true)
}
