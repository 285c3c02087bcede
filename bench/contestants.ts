import { betterAuth } from './contestants/betterAuth/dialect.js'
import { postgraphile } from './contestants/postgraphile/dialect.js'
import { type Dialect, graphql } from './dialect.js'
import { type Program, type Running, type StartOptions, startProgram } from './program.js'

interface Entry extends Program {
  workloads: string[]
  /** Number of processes. Each has a pool; together they have as many connections as one contestant. */
  processes?: number
  /** Default: Guildhall's own GraphQL documents. */
  dialect?: Dialect
  /** What its responses and writes lack, compared with Guildhall's. */
  lacks?: { fields: string[]; events: boolean }
}

/** A running server that is measured. */
export interface Contestant
  extends Running,
    Required<Pick<Entry, 'workloads' | 'processes' | 'dialect' | 'lacks'>> {
  name: string
}

const reads = ['W0', 'W1', 'W2', 'W2v']
const all = [...reads, 'W3']

const guildhall = {
  source: '../src/main.ts',
  workloads: all,
  readyPath: '/ready',
  // As in production. The rate limits count, but are high, because all requests come from one address.
  env: {
    NODE_ENV: 'production',
    APP_URL: 'https://app.example',
    LOG_LEVEL: 'warn',
    RATE_LIMIT_PER_ADDRESS: '1000000000',
    // We measure how long operations take, not how many are refused.
    MAX_IN_FLIGHT: '1000000',
    MAX_IN_FLIGHT_PER_CALLER: '1000000',
    INVITES_PER_ORG_PER_DAY: '1000000000',
  },
} satisfies Entry

const accelerated = (parts: string) => ({ ...guildhall, env: { ...guildhall.env, ACCELERATOR: parts } })

export const entries = {
  floor: { source: 'contestants/floor.ts', workloads: all },
  flat: { source: 'contestants/flat.ts', workloads: all },
  bare: { source: 'contestants/bare.ts', workloads: ['W0'] },
  guildhall,
  // Without the accelerator, and with each of its parts alone.
  'guildhall-plain': accelerated('none'),
  'guildhall-executor': accelerated('executor'),
  'guildhall-reads': accelerated('reads'),
  'guildhall-streams': accelerated('streams'),
  guildhall2: { ...guildhall, processes: 2, env: { ...guildhall.env, WORKERS: '2' } },
  naive: { source: 'contestants/naive/server.ts', workloads: all },
  mercurius: { source: 'contestants/mercurius/server.ts', workloads: all },
  // With the plugins that make it as safe, as far as there are any.
  'mercurius-guarded': {
    source: 'contestants/mercurius/server.ts',
    workloads: reads,
    env: { GUARDED: '1' },
  },
  postgraphile: {
    source: 'contestants/postgraphile/server.ts',
    workloads: all,
    dialect: postgraphile,
    node: 22,
    env: { GRAPHILE_ENV: 'production' },
  },
  'better-auth': {
    source: 'contestants/betterAuth/server.ts',
    workloads: ['W3'],
    dialect: betterAuth,
    // Its members don't have the account's name.
    lacks: { fields: ['name'], events: true },
  },
} satisfies Record<string, Entry>
export type ContestantName = keyof typeof entries

export async function startContestant(name: ContestantName, options: StartOptions): Promise<Contestant> {
  const entry: Entry = entries[name]
  const { workloads, processes = 1, dialect = graphql, lacks = { fields: [], events: false } } = entry
  const poolSize = options.poolSize / processes
  const running = await startProgram(name, entry, { ...options, poolSize })
  return { name, workloads, processes, dialect, lacks, ...running }
}
