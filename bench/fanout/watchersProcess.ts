// Opens subscribers in a process of their own, and records the events that each receives.
import { randomUUID } from 'node:crypto'
import { bearerOf } from '../people.js'
import { now } from './clock.js'
import type { Command, Report } from './watchers.js'
import { WebSocketClient } from './webSocket.js'

const SEQ = Buffer.from('"seq":')

class Watcher {
  readonly client: WebSocketClient
  /** The first message with an event. */
  first: string | undefined
  /** Number of the last event received. */
  last: number | undefined
  /** The reason, from an `error` message or the close frame. */
  ended: string | undefined

  constructor(
    readonly index: number,
    { port, query, bare }: Command & { do: 'open' },
    user: number,
    variables: object,
    ready: () => void,
  ) {
    const id = randomUUID()
    this.client = new WebSocketClient(port, {
      open: () => {
        if (bare) ready()
        else this.client.send({ type: 'connection_init', payload: { authorization: bearerOf(user) } })
      },
      message: (memory, start, end) => {
        const at = memory.indexOf(SEQ, start)
        if (at !== -1 && at < end) {
          if (this.last === undefined) this.first = memory.toString('utf8', start, end)
          return this.got(numberAt(memory, at + SEQ.length))
        }
        const text = memory.toString('utf8', start, end)
        if (text.includes('"connection_ack"')) {
          this.client.send({ id, type: 'subscribe', payload: { query, variables } })
          ready()
        } else this.ended = text
      },
      close: (code, refused) => {
        this.ended ??= `closed with ${refused ?? code}`
        send({ what: 'ended', index: this.index, why: this.ended, at: now() })
      },
    })
  }

  got(seq: number): void {
    if (this.last !== undefined && seq !== this.last + 1)
      throw new Error(`watcher ${this.index} got ${seq} after ${this.last}`)
    this.last = seq
    expected?.got(seq, this.index)
  }
}

function numberAt(memory: Buffer, start: number): number {
  let number = 0
  for (let at = start; ; at++) {
    const digit = (memory[at] ?? 0) - 48
    if (digit < 0 || digit > 9) return number
    number = number * 10 + digit
  }
}

/** The time at which each watcher received each event. */
class Expected {
  readonly arrivals: Float64Array
  left: number

  constructor(
    readonly first: number,
    readonly events: number,
    readonly all: number,
    /** A watcher that need not receive the events. */
    readonly except: number | undefined,
  ) {
    this.arrivals = new Float64Array(events * all).fill(Number.NaN)
    this.left = events * (except === undefined ? all : all - 1)
  }

  got(seq: number, index: number): void {
    const event = seq - this.first
    if (event < 0 || event >= this.events || index === this.except) return
    const at = now()
    this.arrivals[event * this.all + index] = at
    this.left -= 1
    if (this.left === 0) send({ what: 'complete', at })
  }
}

let watchers: Watcher[] = []
let expected: Expected | undefined

const send = (report: Report) => process.send?.(report)

process.on('message', (command: Command) => {
  switch (command.do) {
    case 'open':
      return void open(command)
    case 'position': {
      const lasts = new Set(watchers.map(({ last }) => last))
      return void send({ what: 'position', last: lasts.size === 1 ? [...lasts][0] : undefined })
    }
    case 'text':
      return void send({ what: 'text', text: watchers[0]?.first })
    case 'expect':
      expected = new Expected(command.first, command.events, watchers.length, command.except)
      return void send({ what: 'ready' })
    case 'stopReading':
      return watchers[command.index]?.client.stopReading()
    case 'resumeReading':
      return watchers[command.index]?.client.resumeReading()
    case 'delays':
      return void send({ what: 'delays', ...delays(command.since) })
    case 'close':
      for (const { client } of watchers) client.close()
      watchers = []
      return void send({ what: 'ready' })
  }
})

/** Opens 50 at a time, because the server's listen queue is limited. */
async function open(command: Command & { do: 'open' }): Promise<void> {
  const queue = [...command.watchers.entries()]
  const one = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, { user, variables }] = next
      await new Promise<void>((resolve) => {
        watchers[index] = new Watcher(index, command, user, variables, resolve)
      })
    }
  }
  await Promise.all(Array.from({ length: 50 }, one))
  send({ what: 'ready' })
}

/** The delay of all events to all watchers, ms. */
function delays(since: number[]) {
  if (!expected) throw new Error('nothing was expected')
  const { arrivals, all } = expected
  const times = arrivals.map((at, index) => at - (since[Math.floor(index / all)] ?? Number.NaN))
  const sorted = times.filter((time) => !Number.isNaN(time)).sort()
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
