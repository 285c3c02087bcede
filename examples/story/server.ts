import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Where the story plays. */
export interface Place {
  readonly url: string
  /** Stops the server and deletes its data, if it was started for the story. */
  leave(): Promise<void>
}

const USUAL_URL = 'http://localhost:4000'
const START_MS = 120_000

/**
 * The server of GUILDHALL_URL. Without it, the one that `npm start` runs at port 4000. If none runs there, one that is
 * started for the story, with an empty database that is deleted afterwards.
 *
 * @param smtpPort where the started server sends its mail; 0: to its own mailbox
 */
export async function openPlace(smtpPort: number): Promise<Place> {
  const given = process.env.GUILDHALL_URL?.replace(/\/$/, '')
  if (given) return { url: given, leave: async () => {} }
  if (await isGuildhall(USUAL_URL)) return { url: USUAL_URL, leave: async () => {} }
  console.log('\n  No server runs at port 4000. Starting one for this story …')
  return startServer(smtpPort)
}

async function isGuildhall(url: string): Promise<boolean> {
  const response = await fetch(`${url}/live/sign-in.json`).catch(() => undefined)
  const answer: unknown = response?.ok ? await response.json().catch(() => undefined) : undefined
  return typeof answer === 'object' && answer !== null && 'kind' in answer
}

async function startServer(smtpPort: number): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-story-'))
  const { PATH, HOME, SystemRoot, AUTH_JWT_SECRET } = process.env
  const port = await freePort()
  const server = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url))],
    {
      // There is no guildhall.config.yaml, and no setting of another server.
      cwd: folder,
      env: {
        PATH,
        HOME,
        SystemRoot,
        AUTH_JWT_SECRET,
        PORT: String(port),
        DATA_DIR: join(folder, 'data'),
        ...(smtpPort > 0 && { SMTP_URL: `smtp://127.0.0.1:${smtpPort}` }),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const said = text(server.stdout)
  const leave = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM')
      await once(server, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
  // Ctrl-C reaches the server too. This process must still delete the folder.
  process.once('SIGINT', () => void leave().then(() => process.exit(130)))
  const url = `http://localhost:${port}`
  if (await isReady(url, server)) return { url, leave }
  await leave()
  throw new Error(`The server did not start:\n${await said}`)
}

async function isReady(url: string, server: ChildProcess): Promise<boolean> {
  const end = Date.now() + START_MS
  while (Date.now() < end && server.exitCode === null) {
    if ((await fetch(`${url}/ready`).catch(() => undefined))?.ok) return true
    await sleep(100)
  }
  return false
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
