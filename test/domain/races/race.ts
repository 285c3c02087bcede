import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { act } from '../../support/mutate.js'
import { type OrgLimits, readLedger, uuidOf, violationsOf } from '../../support/orgSnapshot.js'
import { ask, type Client, type TestPerson, type World } from '../../support/testServer.js'

/** What an act answered: its payload or its refusal. */
export interface Outcome {
  __typename: string
  // biome-ignore lint/suspicious/noExplicitAny: races look into payloads and refusals of every kind
  [field: string]: any
}

/** One round of a race, played to its end. */
export interface Played {
  winner: string
  /** What must never be, and was. */
  violations: string[]
}

export interface Race {
  title: string
  round(arena: Arena): Promise<Played>
}

/** Where races are run: two servers on one database, and people who take part in one round after another. */
export interface Arena {
  readonly world: World
  readonly pool: Pool
  /** Lends people who are in no other round. */
  cast<T>(size: number, play: (people: TestPerson[]) => Promise<T>): Promise<T>
  /** The client, asking by any of the servers from now on. */
  byAny(client: Pick<Client, 'authorization'>): Client
  /** Starts all in random order within a few ms, by either server; answers in the order given. */
  atOnce(...moves: Move[]): Promise<Outcome[]>
}

export interface Move {
  by: Client
  mutation: string
  input: Record<string, unknown>
  payload?: string
  /** The credential may be refused by then: answered as UNAUTHENTICATED. */
  mayBeRefused?: boolean
}

/** As many rounds at a time as keep both servers' connections busy, and not so many that they queue for long. */
const AT_ONCE = 8
/** Starts differ by so much at most, ms: about what an operation takes, so that any of them may be first. */
const SPREAD_MS = 4

export function openArena(world: World, pool: Pool, urls: string[]): Arena {
  const free: TestPerson[] = []
  const byAny = ({ authorization }: Pick<Client, 'authorization'>): Client => {
    const url = urls[Math.floor(Math.random() * urls.length)] ?? ''
    return { authorization, ask: (document, variables) => ask(url, authorization, document, variables) }
  }
  return {
    world,
    pool,
    byAny,
    async cast(size, play) {
      const people = free.splice(0, size)
      while (people.length < size) people.push(await world.person())
      try {
        return await play(people)
      } finally {
        free.push(...people)
      }
    },
    atOnce: (...moves) =>
      Promise.all(
        moves.map(async ({ by: client, mutation, input, payload, mayBeRefused }) => {
          await sleep(Math.random() * SPREAD_MS)
          return act(byAny(client), mutation, input, payload).catch((error: Error) => {
            if (mayBeRefused && error.message.includes('UNAUTHENTICATED'))
              return { __typename: 'UNAUTHENTICATED' }
            throw error
          })
        }),
      ),
  }
}

export interface Figures {
  race: string
  rounds: number
  winners: Map<string, number>
  violations: string[]
}

/** Runs a race's rounds, several at a time. */
export async function run(race: Race, arena: Arena, rounds: number): Promise<Figures> {
  const figures: Figures = { race: race.title, rounds: 0, winners: new Map(), violations: [] }
  let left = rounds
  async function lane() {
    while (left-- > 0) {
      const { winner, violations } = await race.round(arena)
      figures.rounds++
      figures.winners.set(winner, (figures.winners.get(winner) ?? 0) + 1)
      figures.violations.push(...violations)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return figures
}

/** The rules that hold for every org, and what a race says besides: each false one is a violation. */
export async function judge(
  { pool }: Arena,
  orgId: string,
  rules: Record<string, boolean>,
  limits?: OrgLimits,
): Promise<string[]> {
  const ledger = await readLedger(pool, uuidOf(orgId))
  const broken = Object.entries(rules).flatMap(([rule, holds]) => (holds ? [] : [rule]))
  return [...broken, ...(ledger ? violationsOf(ledger, limits) : ['the org is gone'])]
}

/** How many of the answers are of a type. */
export function countOf(outcomes: readonly Outcome[], typeName: string): number {
  return outcomes.filter(({ __typename }) => __typename === typeName).length
}

/** Answers in words, for the message of a rule that they broke. */
export function said(outcomes: readonly Outcome[]): string {
  return outcomes
    .map(({ __typename, inviteStatus }) => (inviteStatus ? `${__typename}(${inviteStatus})` : __typename))
    .join(' + ')
}

/** One line a race. */
export function tableOf(all: readonly Figures[]): string {
  const width = Math.max(...all.map(({ race }) => race.length))
  const lines = all.map(({ race, rounds, winners, violations }) => {
    const won = [...winners].sort().map(([winner, times]) => `${winner} ${times}`)
    return `${race.padEnd(width)}  ${String(rounds).padStart(6)}  ${String(violations.length).padStart(10)}  ${won.join(', ')}`
  })
  return [`${'race'.padEnd(width)}  rounds  violations  winners`, ...lines].join('\n')
}
