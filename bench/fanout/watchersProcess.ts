// Opens sockets that watch, in a process of its own, and counts what each of them gets.
import { randomUUID } from 'node:crypto'
import { bearerOf } from '../people.js'
import { now } from './clock.js'
import type { Order, Told } from './watchers.js'
import { WebSocketClient } from './webSocket.js'

const SEQ = Buffer.from('"seq":')

class Watcher {
  readonly client: WebSocketClient
  /** The first message that brought an event. */
  first: string | undefined
  /** Number of the event that it got last. */
  last: number | undefined
  /** Said by an `error` message, or by the close. */
  ended: string | undefined

  constructor(
    readonly index: number,
    { port, query, bare }: Order & { do: 'open' },
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
      close: (code) => {
        this.ended ??= `closed with ${code}`
        say({ what: 'ended', index: this.index, why: this.ended, at: now() })
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

/** When each event came to each watcher. */
class Expected {
  readonly arrivals: Float64Array
  left: number

  constructor(
    readonly first: number,
    readonly events: number,
    readonly all: number,
    /** One of whom nothing is expected. */
    readonly but: number | undefined,
  ) {
    this.arrivals = new Float64Array(events * all).fill(Number.NaN)
    this.left = events * (but === undefined ? all : all - 1)
  }

  got(seq: number, index: number): void {
    const event = seq - this.first
    if (event < 0 || event >= this.events || index === this.but) return
    const at = now()
    this.arrivals[event * this.all + index] = at
    this.left -= 1
    if (this.left === 0) say({ what: 'complete', at })
  }
}

let watchers: Watcher[] = []
let expected: Expected | undefined

const say = (told: Told) => process.send?.(told)

process.on('message', (order: Order) => {
  switch (order.do) {
    case 'open':
      return void open(order)
    case 'position': {
      const lasts = new Set(watchers.map(({ last }) => last))
      return void say({ what: 'position', last: lasts.size === 1 ? [...lasts][0] : undefined })
    }
    case 'text':
      return void say({ what: 'text', text: watchers[0]?.first })
    case 'expect':
      expected = new Expected(order.first, order.events, watchers.length, order.but)
      return void say({ what: 'ready' })
    case 'stopReading':
      return watchers[order.index]?.client.stopReading()
    case 'readOn':
      return watchers[order.index]?.client.readOn()
    case 'delays':
      return void say({ what: 'delays', ...delays(order.since) })
    case 'close':
      for (const { client } of watchers) client.close()
      watchers = []
      return void say({ what: 'ready' })
  }
})

/** A few at a time: a listening socket takes only so many who wait. */
async function open(order: Order & { do: 'open' }): Promise<void> {
  const queue = [...order.watchers.entries()]
  const one = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, { user, variables }] = next
      await new Promise<void>((resolve) => {
        watchers[index] = new Watcher(index, order, user, variables, resolve)
      })
    }
  }
  await Promise.all(Array.from({ length: 50 }, one))
  say({ what: 'ready' })
}

/** How long each event took to each watcher, ms. */
function delays(since: number[]) {
  if (!expected) throw new Error('nothing was expected')
  const { arrivals, all } = expected
  const times = arrivals.map((at, index) => at - (since[Math.floor(index / all)] ?? Number.NaN))
  const sorted = times.filter((time) => !Number.isNaN(time)).sort()
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
