import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { JWT_SECRET } from './people.js'
import type { Answer, Ask, Operation } from './workloads.js'
import { documents } from './workloads.js'

/** A server that takes part. */
export interface Contestant {
  name: string
  pid: number
  port: number
  request(ask: Ask): { path?: string; body: string }
  /** An answer's data in the shape that Guildhall gives it. */
  read(operation: Operation, answer: Answer): Answer
  stop(): Promise<void>
}

interface Entry {
  /** Relative to this folder. */
  source: string
  workloads: string[]
  env?: Record<string, string>
}

const reads = ['W0', 'W1', 'W2', 'W2v']
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export const entries = {
  floor: {
    source: 'contestants/floor.ts',
    workloads: [...reads, 'W3'],
    env: { FLOOR_SQL: new URL('contestants/floor.sql', import.meta.url).href },
  },
  guildhall: {
    source: '../src/main.ts',
    workloads: [...reads, 'W3'],
    // As in production. The limits count, but one address sends all of it.
    env: {
      NODE_ENV: 'production',
      APP_URL: 'https://app.example',
      LOG_LEVEL: 'warn',

      RATE_LIMIT_PER_ADDRESS: '1000000000',
      INVITES_PER_ORG_PER_DAY: '1000000000',
    },
  },
  naive: { source: 'contestants/naive.ts', workloads: reads },
  mercurius: { source: 'contestants/mercurius.ts', workloads: reads },
} satisfies Record<string, Entry>
export type ContestantName = keyof typeof entries

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

/** Everybody's, as Guildhall's own start script has them. */
const FLAGS = ['--enable-source-maps', '--max-semi-space-size=64']

/** Bundled as Guildhall is for production: packages stay outside, nothing is transformed while it runs. */
async function bundle(name: string, source: string): Promise<string> {
  // Guildhall's own beside its packages and migrations.
  const outfile = here(source.startsWith('..') ? `../dist/bench/${name}.mjs` : `.build/${name}.mjs`)
  await build({
    entryPoints: [here(source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  })
  return outfile
}

export interface StartOptions {
  databaseUrl: string
  poolSize: number
  /** Flags of node, as --cpu-prof. */
  flags?: string[]
}

export async function startContestant(name: ContestantName, options: StartOptions): Promise<Contestant> {
  const { source, env = {} }: Entry = entries[name]
  const program = await bundle(name, source)
  const port = await freePort()
  const child = spawn(process.execPath, [...FLAGS, ...(options.flags ?? []), program], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: options.databaseUrl,
      DATABASE_POOL_SIZE: String(options.poolSize),
      AUTH_JWT_SECRET: JWT_SECRET,
      PORT: String(port),
      ...env,
    },
  })
  await listening(name, child, port)
  return {
    name,
    port,
    pid: child.pid ?? 0,
    request: ({ operation, variables }) => ({
      body: JSON.stringify({ operationName: operation, query: documents[operation], variables }),
    }),
    read: (_operation, { data }) => data,
    async stop() {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await once(child, 'exit')
      clearTimeout(late)
    },
  }
}

async function listening(name: string, child: ChildProcess, port: number): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}`)
    const answers = await fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.body?.cancel().then(() => true),
      () => false,
    )
    if (answers) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${name} didn't listen within 30 s`)
}
