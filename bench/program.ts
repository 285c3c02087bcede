import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { cleanedUpOnSignal } from './cleanUp.js'
import { nodeOf } from './node.js'
import { JWT_SECRET } from './people.js'

/** A server to start. */
export interface Program {
  /** Relative to this folder. */
  source: string
  env?: Record<string, string>
  /** The least major version of Node, if it needs a special one. */
  node?: number
  /** A path that returns 200 once the server is ready. Without it any response counts. */
  readyPath?: string
}

export interface Running {
  pid: number
  port: number
  /** From the start of the process until it is ready, ms. */
  readyMs: number
  stop(): Promise<void>
}

export interface StartOptions {
  databaseUrl: string
  poolSize: number
  /** Variables beside those of the program; undefined takes one away. */
  env?: Record<string, string | undefined>
  /** Flags for node, such as --cpu-prof. */
  flags?: string[]
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Node's flags for all contestants. They are the flags of Guildhall's start script. */
const FLAGS = ['--enable-source-maps', '--max-semi-space-size=64']
/** A machine that is busy with other work can take so long. */
const START_MS = 120_000
const STOP_MS = 15_000

/** @throws if it ends, or isn’t ready within two minutes */
export async function startProgram(name: string, program: Program, options: StartOptions): Promise<Running> {
  const { source, env = {}, node, readyPath } = program
  const bundled = await bundle(name, source)
  const port = await freePort()
  const before = performance.now()
  const child = spawn(nodeOf(node), [...FLAGS, ...(options.flags ?? []), bundled], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      DATABASE_URL: options.databaseUrl,
      DATABASE_POOL_SIZE: String(options.poolSize),
      AUTH_JWT_SECRET: JWT_SECRET,
      PORT: String(port),
      ...env,
      ...options.env,
    },
  })
  const stop = cleanedUpOnSignal(() => end(child))
  try {
    await once(child, 'spawn')
    await ready(child, `http://127.0.0.1:${port}`, readyPath)
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: child.pid ?? 0, port, readyMs: performance.now() - before, stop }
}

/** Bundles it as for production: without npm packages, and nothing is compiled at run time. */
async function bundle(name: string, source: string): Promise<string> {
  // Guildhall's bundle goes into dist, because it needs its packages and migrations.
  const outfile = here(source.startsWith('..') ? `../dist/bench/${name}.mjs` : `.build/${name}.mjs`)
  await build({
    entryPoints: [here(source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    // A workspace, whose TypeScript sources Node can't load: it is bundled.
    alias: { '@guildhall/embedded-postgres': here('../packages/embedded-postgres/src/index.ts') },
    loader: { '.sql': 'text' },
    sourcemap: true,
    logLevel: 'warning',
  })
  return outfile
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

async function ready(child: ChildProcess, url: string, path: string | undefined): Promise<void> {
  for (const until = performance.now() + START_MS; performance.now() < until; await delay(5)) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`)
    const status = await fetch(url + (path ?? '/')).then(
      async (response) => {
        await response.body?.cancel()
        return response.status
      },
      () => undefined,
    )
    if (path === undefined ? status !== undefined : status === 200) return
  }
  throw new Error(`it isn't ready after ${START_MS / 1_000} s`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await once(child, 'exit')
  clearTimeout(late)
}
