import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { mutate } from '../../support/mutate.js'
import { type OrgLimits, readSnapshot, uuidOf, violationsOf } from '../../support/orgSnapshot.js'
import { ask, type Client, type TestPerson, type TestServer } from '../../support/testServer.js'

/** The answer to one attempt: its payload or its refusal. */
export interface Outcome {
  __typename: string
  // biome-ignore lint/suspicious/noExplicitAny: races look into payloads and refusals of every kind
  [field: string]: any
}

/** The result of one round of a race. */
export interface RoundResult {
  winner: string
  /** Descriptions of the rules that were broken. */
  violations: string[]
}

export interface Race {
  title: string
  round(fixture: RaceFixture): Promise<RoundResult>
}

/** What all races share: two servers on one database, and people for one round after another. */
export interface RaceFixture {
  readonly testServer: TestServer
  readonly pool: Pool
  /** Lends people who take part in no other round meanwhile. */
  withPeople<T>(size: number, work: (people: TestPerson[]) => Promise<T>): Promise<T>
  /** Returns the client, but each of its requests goes to a random server. */
  byAny(client: Pick<Client, 'authorization'>): Client
  /**
   * Starts all attempts in random order within a few ms, on a random server. Answers in the given
   * order.
   */
  atOnce(...attempts: Attempt[]): Promise<Outcome[]>
}

export interface Attempt {
  by: Client
  mutation: string
  input: Record<string, unknown>
  payload?: string
  /** Accepts UNAUTHENTICATED as an answer, because the race may revoke the credential. */
  mayBeRefused?: boolean
}

/** Enough rounds at a time to keep both servers' connections busy without a long queue. */
const AT_ONCE = 8
/**
 * The largest difference between starts, in ms. An operation takes about as long, so that any
 * attempt may be first.
 */
const SPREAD_MS = 4

export function openRaceFixture(testServer: TestServer, pool: Pool, urls: string[]): RaceFixture {
  const free: TestPerson[] = []
  const byAny = ({ authorization }: Pick<Client, 'authorization'>): Client => {
    const url = urls[Math.floor(Math.random() * urls.length)] ?? ''
    return { authorization, ask: (document, variables) => ask(url, authorization, document, variables) }
  }
  return {
    testServer,
    pool,
    byAny,
    async withPeople(size, work) {
      const people = free.splice(0, size)
      while (people.length < size) people.push(await testServer.signUp())
      try {
        return await work(people)
      } finally {
        free.push(...people)
      }
    },
    atOnce: (...attempts) =>
      Promise.all(
        attempts.map(async ({ by: client, mutation, input, payload, mayBeRefused }) => {
          await sleep(Math.random() * SPREAD_MS)
          return mutate(byAny(client), mutation, input, payload).catch((error: Error) => {
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

/** Runs the rounds of a race, several at a time. */
export async function run(race: Race, fixture: RaceFixture, rounds: number): Promise<Figures> {
  const figures: Figures = { race: race.title, rounds: 0, winners: new Map(), violations: [] }
  let left = rounds
  async function runRounds() {
    while (left-- > 0) {
      const { winner, violations } = await race.round(fixture)
      figures.rounds++
      figures.winners.set(winner, (figures.winners.get(winner) ?? 0) + 1)
      figures.violations.push(...violations)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, runRounds))
  return figures
}

const GONE = 'the org is gone'

/**
 * Checks the rules that hold for every org and those of the race. Each broken rule is a violation.
 */
export async function findViolations(
  { pool }: RaceFixture,
  orgId: string,
  rules: Record<string, boolean>,
  limits?: OrgLimits,
): Promise<string[]> {
  const snapshot = await readSnapshot(pool, uuidOf(orgId))
  const broken = Object.entries(rules).flatMap(([rule, holds]) => (holds ? [] : [rule]))
  return [...broken, ...(snapshot ? violationsOf(snapshot, limits) : [GONE])]
}

/** The same for an org that was deleted. On a busy machine the job may have erased it already. */
export async function findViolationsOfDeleted(
  fixture: RaceFixture,
  orgId: string,
  rules: Record<string, boolean>,
): Promise<string[]> {
  return (await findViolations(fixture, orgId, rules)).filter((violation) => violation !== GONE)
}

/** How many of the answers have the type. */
export function countOf(outcomes: readonly Outcome[], typeName: string): number {
  return outcomes.filter(({ __typename }) => __typename === typeName).length
}

/** The answers in words, for the message of a broken rule. */
export function describeOutcomes(outcomes: readonly Outcome[]): string {
  return outcomes
    .map(({ __typename, inviteStatus, requestStatus }) => {
      const status = inviteStatus ?? requestStatus
      return status ? `${__typename}(${status})` : __typename
    })
    .join(' + ')
}

/** A table with one line per race. */
export function tableOf(all: readonly Figures[]): string {
  const width = Math.max(...all.map(({ race }) => race.length))
  const lines = all.map(({ race, rounds, winners, violations }) => {
    const won = [...winners].sort().map(([winner, times]) => `${winner} ${times}`)
    return `${race.padEnd(width)}  ${String(rounds).padStart(6)}  ${String(violations.length).padStart(10)}  ${won.join(', ')}`
  })
  return [`${'race'.padEnd(width)}  rounds  violations  winners`, ...lines].join('\n')
}
