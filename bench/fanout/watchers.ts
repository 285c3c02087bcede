import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Watching {
  /** The user's number. */
  user: number
  variables: object
}

export type Command =
  | { do: 'open'; port: number; query: string; watchers: Watching[]; bare: boolean }
  | { do: 'position' | 'text' }
  | { do: 'expect'; first: number; events: number; except?: number | undefined }
  | { do: 'stopReading' | 'resumeReading'; index: number }
  | { do: 'delays'; since: number[] }
  | { do: 'close' }

export interface Delays {
  /** ms */
  p50: number
  p99: number
  max: number
}

export type Report =
  | { what: 'ready' }
  | { what: 'position'; last: number | undefined }
  | { what: 'text'; text: string | undefined }
  | { what: 'complete'; at: number }
  | ({ what: 'delays' } & Delays)
  | { what: 'ended'; index: number; why: string; at: number }

/** Subscribers, each with a socket, in a process of their own. */
export class Watchers {
  #process: ChildProcess
  #waiting = new Map<Report['what'], (report: Report) => void>()
  /** Watchers whose socket ended, with the reason. */
  readonly ended = new Map<number, { why: string; at: number }>()

  constructor() {
    this.#process = fork(fileURLToPath(new URL('watchersProcess.ts', import.meta.url)))
    this.#process.on('message', (report: Report) => {
      if (report.what === 'ended') this.ended.set(report.index, report)
      this.#waiting.get(report.what)?.(report)
    })
    this.#process.once('exit', (code) => {
      if (code) throw new Error('the watchers failed')
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** Opens the sockets and subscribes. The protocol doesn't confirm a subscription, so it may not be active yet. */
  async open(port: number, query: string, watchers: Watching[], bare: boolean): Promise<void> {
    this.ended.clear()
    await this.#ask({ do: 'open', port, query, watchers, bare }, 'ready')
  }

  /** Number of the newest event, if all watchers have received the same one; else undefined. */
  async position(): Promise<number | undefined> {
    return (await this.#ask({ do: 'position' }, 'position')).last
  }

  /** The first message that the first watcher received. */
  async text(): Promise<string | undefined> {
    return (await this.#ask({ do: 'text' }, 'text')).text
  }

  /** Expects so many events from this one on. @param but one of whom nothing is expected */
  async expect(first: number, events: number, except?: number): Promise<void> {
    await this.#ask({ do: 'expect', first, events, except }, 'ready')
  }

  /** The time at which the last watcher received the last expected event. */
  async complete(): Promise<number> {
    return (await this.#reportOf('complete')).at
  }

  stopReading(index: number): void {
    this.#process.send({ do: 'stopReading', index } satisfies Command)
  }

  resumeReading(index: number): void {
    this.#process.send({ do: 'resumeReading', index } satisfies Command)
  }

  /** @param since the time at which each expected event was caused */
  delays(since: number[]): Promise<Delays> {
    return this.#ask({ do: 'delays', since }, 'delays')
  }

  async close(): Promise<void> {
    await this.#ask({ do: 'close' }, 'ready')
  }

  stop(): void {
    this.#process.removeAllListeners('exit')
    this.#process.kill()
  }

  #ask<What extends Report['what']>(command: Command, what: What): Promise<Report & { what: What }> {
    const report = this.#reportOf(what)
    this.#process.send(command)
    return report
  }

  #reportOf<What extends Report['what']>(what: What): Promise<Report & { what: What }> {
    return new Promise((resolve) => {
      this.#waiting.set(what, (report) => {
        this.#waiting.delete(what)
        resolve(report as Report & { what: What })
      })
    })
  }
}
