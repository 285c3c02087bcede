import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.js'
import { compare } from './compare.js'
import { type Contestant, type ContestantName, startContestant } from './contestants.js'
import { type Sample, saturate } from './load/closed.js'
import { memoryOf } from './load/cpu.js'
import { type OpenSample, offer } from './load/open.js'
import { IDLE_MS, type Startup, startAndIdle } from './load/startup.js'
import { signIn } from './load/work.js'
import { summaryOf } from './report/summary.js'
import { growth, requestingUsers, type Workload } from './workloads.js'

/** By contestant, in the order of the rounds. */
export type Samples<T = Sample> = Map<string, T[]>

export interface Result {
  workload: Workload
  samples: Samples
  /** Measured at each of `SHARES` of the capacity, if `offers` is set. */
  offered: Map<number, Samples<OpenSample>>
}

/** A page of `first` members, of an org with `members` members. */
export interface GrowthPoint {
  members: number
  first: number
  samples: Samples
}

export interface SessionOptions {
  cluster: Cluster
  poolSize: number
  rounds: number
  /** How long each contestant is measured in each round, ms. */
  ms: number
  connections: number
  /** Also measures at shares of each contestant's capacity. */
  offers: boolean
  /** The contestant to start with --cpu-prof. */
  profiled: string | undefined
}

/** For each process, until V8 has optimised its code. */
const WARM_UP_MS = 5_000
/** CPU time varies little between rounds, so fewer are enough. */
const GROWTH_ROUNDS = 3
const STARTS = 3
/** Shares of the capacity that are sent at a steady rate. */
export const SHARES = [0.8, 0.5] as const
/** A steady rate needs more connections, because responses can be late. */
const OPEN_CONNECTIONS = 128

/** One run of the bench. A contestant that fails is reported and left out; the others continue. */
export class Session {
  readonly results: Result[] = []
  readonly growth: GrowthPoint[] = []
  readonly startups: Samples<Startup> = new Map()
  /** Memory after all workloads, MB. */
  readonly finalMb = new Map<string, number>()
  readonly failures: string[] = []
  #contestants: Contestant[] = []

  constructor(readonly options: SessionOptions) {}

  async startEachAlone(names: ContestantName[]): Promise<void> {
    const start = (name: ContestantName) => startAndIdle(name, this.#startOptions(name))
    // The first start migrates the database, so it isn't measured.
    const able = await this.#inTurns(names, 1, String, 'startup', new Map(), start)
    await this.#inTurns(able, STARTS, String, 'startup', this.startups, start)
  }

  async start(names: ContestantName[]): Promise<void> {
    for (const name of names) {
      try {
        const contestant = await startContestant(name, this.#startOptions(name))
        this.#contestants.push(contestant)
        await signIn(contestant, requestingUsers())
      } catch (error) {
        this.#fail(name, 'start', error)
        await this.#dismiss(name)
      }
    }
  }

  /** Compares the responses, warms all up, then measures in turns: A B A B. */
  async run(workload: Workload): Promise<void> {
    const taking = await this.#comparable(workload, this.#takingPart(workload.name))
    const { cluster, rounds, ms, connections, offers } = this.options
    const load = { connections, postmaster: cluster.pid }
    const warm = await this.#inTurns(taking, 1, nameOf, workload.name, new Map(), (contestant) =>
      saturate(contestant, workload, { ...load, ms: WARM_UP_MS * contestant.processes }),
    )
    const samples: Samples = new Map()
    const offered = new Map(SHARES.map((share) => [share, new Map<string, OpenSample[]>()]))
    await this.#inTurns(warm, rounds, nameOf, workload.name, samples, async (contestant) => {
      const sample = await saturate(contestant, workload, { ...load, ms })
      if (!offers) return sample
      for (const [share, own] of offered) {
        const open = { ...load, ms, connections: OPEN_CONNECTIONS, perSecond: sample.perSecond * share }
        const times = own.get(contestant.name) ?? []
        own.set(contestant.name, [...times, await offer(contestant, workload, open)])
      }
      return sample
    })
    this.results.push({ workload, samples, offered })
    process.stdout.write(summaryOf(workload, samples))
  }

  /** Measures small and large pages of orgs of growing size. */
  async grow(): Promise<void> {
    const { cluster, ms, connections } = this.options
    const load = { connections, postmaster: cluster.pid }
    const pages = [10, 100].flatMap((first) =>
      growth.map(({ members, ask }) => ({
        members,
        first,
        page: { name: `${first} of ${members}`, what: '', ask: () => ask(first) } satisfies Workload,
      })),
    )
    let taking = this.#takingPart('W1')
    for (const { page } of pages.slice(-1))
      taking = await this.#inTurns(taking, 1, nameOf, page.name, new Map(), (contestant) =>
        saturate(contestant, page, { ...load, ms: WARM_UP_MS * contestant.processes }),
      )
    for (const { members, first, page } of pages) {
      const samples: Samples = new Map()
      const able = await this.#comparable(page, taking)
      await this.#inTurns(able, GROWTH_ROUNDS, nameOf, page.name, samples, (contestant) =>
        saturate(contestant, page, { ...load, ms }),
      )
      this.growth.push({ members, first, samples })
    }
  }

  /** Measures the memory after all workloads. */
  async measureMemory(): Promise<void> {
    await delay(IDLE_MS)
    for (const { name, pid } of this.#contestants) this.finalMb.set(name, memoryOf(pid))
  }

  async stop(): Promise<void> {
    const contestants = this.#contestants
    this.#contestants = []
    for (const contestant of contestants) await contestant.stop()
  }

  #startOptions(name: ContestantName) {
    const { cluster, poolSize, profiled } = this.options
    const flags = profiled === name ? ['--cpu-prof', '--cpu-prof-dir=/tmp/guildhall-prof'] : []
    return { databaseUrl: cluster.url, poolSize, flags }
  }

  #takingPart(workload: string): Contestant[] {
    return this.#contestants.filter(({ workloads }) => workloads.includes(workload))
  }

  /** Guildhall is the reference, if it takes part. */
  async #comparable(workload: Workload, taking: Contestant[]): Promise<Contestant[]> {
    const modelFirst = [...taking].sort((one, other) => isModel(other) - isModel(one))
    const wrong = await compare(workload, modelFirst, this.options.cluster.url)
    for (const [{ name }, reason] of wrong) this.#fail(name, workload.name, reason)
    return taking.filter((contestant) => !wrong.has(contestant))
  }

  /**
   * Measures every contestant once in each round, so that changes of the machine's speed affect all of them.
   * @returns the contestants that didn't fail
   */
  async #inTurns<C, T>(
    taking: C[],
    rounds: number,
    nameOf: (contestant: C) => string,
    what: string,
    samples: Samples<T>,
    measure: (contestant: C) => Promise<T>,
  ): Promise<C[]> {
    const left = new Map(taking.map((contestant) => [nameOf(contestant), contestant]))
    for (const name of left.keys()) samples.set(name, [])
    for (let round = 0; round < rounds; round++)
      for (const [name, contestant] of left)
        try {
          samples.get(name)?.push(await measure(contestant))
        } catch (error) {
          this.#fail(name, what, error)
          left.delete(name)
          samples.delete(name)
        }
    return [...left.values()]
  }

  async #dismiss(name: string): Promise<void> {
    const gone = this.#contestants.find((contestant) => contestant.name === name)
    this.#contestants = this.#contestants.filter((contestant) => contestant !== gone)
    await gone?.stop()
  }

  #fail(name: string, what: string, error: unknown): void {
    const failure = `${name} from ${what}: ${error instanceof Error ? error.message : error}`
    this.failures.push(failure)
    console.error(failure)
  }
}

const nameOf = ({ name }: Contestant) => name
const isModel = ({ name }: Contestant) => Number(name === 'guildhall')
