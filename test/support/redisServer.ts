import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './freePort.js'

/** Why tests with Redis cannot run here, or undefined if they can. In CI they must run. */
export function whyNoRedis(): string | undefined {
  if (spawnSync('redis-server', ['--version']).status === 0) return undefined
  if (process.env.CI === 'true') throw new Error('CI needs a redis-server on the PATH')
  return 'no redis-server on the PATH'
}

export interface RedisServer {
  url: string
  kill(): Promise<void>
  /** Suspends it. Returns a function that resumes it. */
  freeze(): () => void
  /** Starts it again on the same port. */
  start(): Promise<void>
  /** Ends it and deletes its files. */
  stop(): Promise<void>
}

/** A separate Redis without persistence, on a free loopback port. */
export async function startRedis(): Promise<RedisServer> {
  const dir = await mkdtemp(join(tmpdir(), 'guildhall-redis-'))
  const port = await freePort()
  let running: ReturnType<typeof spawn> | undefined

  async function start(): Promise<void> {
    const args = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      dir,
    ]
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    running = child
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
      child.stdout.on('data', (output) => {
        if (String(output).includes('Ready to accept connections')) resolve()
      })
    })
  }

  async function kill(): Promise<void> {
    const child = running
    running = undefined
    if (!child || child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    freeze() {
      running?.kill('SIGSTOP')
      return () => running?.kill('SIGCONT')
    },
    start,
    async stop() {
      await kill()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
