import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Watching {
  /** Number of the user who watches. */
  user: number
  variables: object
}

export type Order =
  | { do: 'open'; port: number; query: string; watchers: Watching[]; bare: boolean }
  | { do: 'position' | 'text' }
  | { do: 'expect'; first: number; events: number; but?: number | undefined }
  | { do: 'stopReading' | 'readOn'; index: number }
  | { do: 'delays'; since: number[] }
  | { do: 'close' }

export interface Delays {
  /** ms */
  p50: number
  p99: number
  max: number
}

export type Told =
  | { what: 'ready' }
  | { what: 'position'; last: number | undefined }
  | { what: 'text'; text: string | undefined }
  | { what: 'complete'; at: number }
  | ({ what: 'delays' } & Delays)
  | { what: 'ended'; index: number; why: string; at: number }

/** Sockets that watch, in a process of their own. */
export class Watchers {
  #process: ChildProcess
  #waiting = new Map<Told['what'], (told: Told) => void>()
  /** Those whose socket ended, and why. */
  readonly ended = new Map<number, { why: string; at: number }>()

  constructor() {
    this.#process = fork(fileURLToPath(new URL('watchersProcess.ts', import.meta.url)))
    this.#process.on('message', (told: Told) => {
      if (told.what === 'ended') this.ended.set(told.index, told)
      this.#waiting.get(told.what)?.(told)
    })
    this.#process.once('exit', (code) => {
      if (code) throw new Error('the watchers failed')
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** Opens a socket each and subscribes; that the server has taken a subscription up is nowhere said. */
  async open(port: number, query: string, watchers: Watching[], bare: boolean): Promise<void> {
    this.ended.clear()
    await this.#ask({ do: 'open', port, query, watchers, bare }, 'ready')
  }

  /** Number of the newest event, where all have got it and the same; else undefined. */
  async position(): Promise<number | undefined> {
    return (await this.#ask({ do: 'position' }, 'position')).last
  }

  /** The first message that the first of them got. */
  async text(): Promise<string | undefined> {
    return (await this.#ask({ do: 'text' }, 'text')).text
  }

  /** Expects so many events from this one on. @param but one of whom nothing is expected */
  async expect(first: number, events: number, but?: number): Promise<void> {
    await this.#ask({ do: 'expect', first, events, but }, 'ready')
  }

  /** When the last of the events expected has come to the last of the watchers. */
  async complete(): Promise<number> {
    return (await this.#told('complete')).at
  }

  stopReading(index: number): void {
    this.#process.send({ do: 'stopReading', index } satisfies Order)
  }

  readOn(index: number): void {
    this.#process.send({ do: 'readOn', index } satisfies Order)
  }

  /** @param since when each of the events expected was caused */
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

  #ask<What extends Told['what']>(order: Order, what: What): Promise<Told & { what: What }> {
    const told = this.#told(what)
    this.#process.send(order)
    return told
  }

  #told<What extends Told['what']>(what: What): Promise<Told & { what: What }> {
    return new Promise((resolve) => {
      this.#waiting.set(what, (told) => {
        this.#waiting.delete(what)
        resolve(told as Told & { what: What })
      })
    })
  }
}
