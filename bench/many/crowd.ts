import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cleanedUpOnSignal } from '../cleanUp.js'

/** A socket, with a subscription for each of these orgs. */
export interface SocketPlan {
  user: number
  follows: { orgId: string; after: string }[]
}

export type Order =
  | { do: 'open'; port: number; sockets: SocketPlan[]; atOnce: number; query: string }
  | { do: 'count' | 'arrivals' | 'close' }

export interface Opened {
  /** When the last subscription was active, by the clock that all processes share. */
  at: number
  active: number
  /** How often a busy server refused a subscription. It was sent again a second later, as the client package does. */
  refused: number
  /** Why sockets and subscriptions ended or never became active. */
  failures: string[]
}

/** How often the event of a numbered invite arrived, and when for the last time. */
export type Arrival = [number: number, times: number, last: number]

export interface Answers {
  open: Opened
  count: number
  arrivals: Arrival[]
  close: null
}

const query = `subscription Follow($org: ID!, $after: String) {
  orgEvents(orgId: $org, after: $after) {
    seq occurredAt
    ... on OrgInviteEvent { inviteEventType status orgInvite { id email } }
  }
}`

/** One process can't have more files open than the server. */
const SOCKETS_OF_ONE_PROCESS = 10_000

/** Many subscribers, in processes of their own. */
export class Crowd {
  readonly #processes: Member[]
  readonly #stop: () => Promise<void>

  constructor(readonly sockets: readonly SocketPlan[]) {
    const processes = Math.ceil(sockets.length / SOCKETS_OF_ONE_PROCESS)
    this.#processes = Array.from({ length: processes }, () => new Member())
    this.#stop = cleanedUpOnSignal(async () => {
      for (const process of this.#processes) process.stop()
    })
  }

  /** Opens all sockets, `atOnce` at a time, and waits until each subscription got its first event. */
  async open(port: number, atOnce: number): Promise<Opened> {
    const all = await Promise.all(
      this.#processes.map((process, index) => {
        const first = index * SOCKETS_OF_ONE_PROCESS
        const sockets = this.sockets.slice(first, first + SOCKETS_OF_ONE_PROCESS)
        return process.ask('open', {
          do: 'open',
          port,
          sockets,
          atOnce: Math.ceil((atOnce * sockets.length) / this.sockets.length),
          query,
        })
      }),
    )
    return {
      at: Math.max(...all.map(({ at }) => at)),
      active: all.reduce((sum, { active }) => sum + active, 0),
      refused: all.reduce((sum, { refused }) => sum + refused, 0),
      failures: all.flatMap(({ failures }) => failures),
    }
  }

  /** Waits until so many events of numbered invites have arrived, and returns them. */
  async arrivals(total: number, withinMs: number): Promise<Arrival[]> {
    for (const until = performance.now() + withinMs; ; await delay(100)) {
      const counts = await Promise.all(
        this.#processes.map((process) => process.ask('count', { do: 'count' })),
      )
      const arrived = counts.reduce((sum, count) => sum + count, 0)
      if (arrived >= total) break
      if (performance.now() > until) throw new Error(`only ${arrived} of ${total} events arrived`)
    }
    const all = this.#processes.map((process) => process.ask('arrivals', { do: 'arrivals' }))
    return (await Promise.all(all)).flat()
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.ask('close', { do: 'close' })))
  }

  async stop(): Promise<void> {
    await this.#stop()
  }
}

class Member {
  readonly #process: ChildProcess
  #answered: ((answer: unknown) => void) | undefined
  #failed: ((error: Error) => void) | undefined

  constructor() {
    this.#process = fork(fileURLToPath(new URL('crowdProcess.ts', import.meta.url)))
    this.#process.on('message', (answer) => this.#answered?.(answer))
    this.#process.once('exit', () => this.#failed?.(new Error('a process of subscribers ended')))
  }

  async ask<What extends Order['do']>(_what: What, order: Order & { do: What }): Promise<Answers[What]> {
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#answered = resolve
      this.#failed = reject
    })
    this.#process.send(order)
    return ((await answer) as { answer: Answers[What] }).answer
  }

  stop(): void {
    this.#failed = undefined
    this.#process.kill()
  }
}
