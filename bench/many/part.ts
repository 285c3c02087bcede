import { readFileSync } from 'node:fs'
import type pg from 'pg'
import type { Cluster } from '../cluster.js'
import { type Contestant, startContestant } from '../contestants.js'
import { Connection } from '../load/client.js'
import { doWork } from '../load/work.js'
import type { Workload } from '../workloads.js'
import type { SocketPlan } from './crowd.js'
import { orgIdOf, ownerOf, type Size } from './data.js'
import type { Figure } from './figures.js'

export interface Setting {
  cluster: Cluster
  pool: pg.Pool
  size: Size
  /** A cursor from before the first event of an org. */
  before: (org: number) => string
}

export interface Measured {
  title: string
  figures: Figure[]
  /** What a reader has to know besides. */
  notes: string[]
}

/** Starts its own server, and stops it. */
export type Part = (setting: Setting) => Promise<Measured>

export const POOL = 10

/** Starts the server in the way of the other benchmarks: as in production, with a pool of 10. */
export const startGuildhall = (
  { cluster }: Pick<Setting, 'cluster'>,
  options: { env?: Record<string, string | undefined>; flags?: string[] } = {},
): Promise<Contestant> =>
  startContestant('guildhall', {
    databaseUrl: cluster.url,
    poolSize: POOL,
    ...options,
    env: { PREMIUM_PENDING_INVITES: '1000000000', ...options.env },
  })

/** One subscriber of each org: its owner. */
export const ownersOf = (orgs: readonly number[], before: (org: number) => string): SocketPlan[] =>
  orgs.map((org) => ({ user: ownerOf(org), follows: [{ orgId: orgIdOf(org), after: before(org) }] }))

let invites = 0

/** The number that the next invite gets. Its subscribers find it in the address. */
export const nextInvite = () => invites

/** Each request invites somebody into the next one of these orgs. */
export const invitesInto = (name: string, orgs: readonly number[]): Workload => ({
  name,
  what: 'an invite',
  writes: true,
  ask(n) {
    const org = orgs[n % orgs.length] ?? 0
    const email = `w${invites++}@guests.example`
    return {
      operation: 'Invite',
      variables: { input: { orgId: orgIdOf(org), invitee: { email }, sendEmail: false } },
      user: ownerOf(org),
    }
  },
})

/** Invites one person. @returns the number of the invite */
export async function inviteOnce(server: Contestant, org: number, user: number): Promise<number> {
  const connection = new Connection(server.port)
  const number = invites++
  await doWork(connection, server, {
    operation: 'Invite',
    variables: {
      input: { orgId: orgIdOf(org), invitee: { email: `w${number}@guests.example` }, sendEmail: false },
    },
    user,
  })
  connection.close()
  return number
}

/** The most files that a process of this user may have open. Infinity where /proc does not tell it. */
export function openFilesLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8')
    const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1]
    return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
