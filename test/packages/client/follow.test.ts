import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiError } from '../../../packages/client/src/events/apiError.js'
import { type Connection, type Follower, follow } from '../../../packages/client/src/events/follow.js'
import type { Sink } from '../../../packages/client/src/events/sink.js'

interface Event {
  seq: number
  cursor: string
}

const event = (seq: number): Event => ({ seq, cursor: `cursor-${seq}` })

/** A server with an event history. The test can break its connection at any moment. */
class Server {
  last: number
  cursors: Array<string | null> = []
  headError: ApiError | null = null
  private sink: Sink<Event> | undefined

  constructor(last: number) {
    this.last = last
  }

  subscribe = (after: string | null, sink: Sink<Event>) => {
    this.cursors.push(after)
    this.sink = sink
    sink.open()
    for (let seq = Number(after?.slice('cursor-'.length) ?? 0) + 1; seq <= this.last; seq++)
      sink.next(event(seq))
    return () => {
      this.sink = undefined
    }
  }

  head = async () => {
    if (this.headError) throw this.headError
    return this.last
  }

  happen(seq = this.last + 1) {
    this.last = Math.max(this.last, seq)
    this.sink?.next(event(seq))
  }

  end(ending: Parameters<Sink<Event>['end']>[0]) {
    const sink = this.sink
    this.sink = undefined
    sink?.end(ending)
  }
}

let server: Server
let follower: Follower
let got: string[]
let states: Connection[]
let lost: number

function start(dense = true) {
  got = []
  states = []
  lost = 0
  follower = follow<Event>({
    from: { seq: 10, cursor: 'cursor-10' },
    dense,
    subscribe: server.subscribe,
    head: server.head,
    onEvent: ({ seq }, how) => got.push(`${seq} ${how}`),
    onConnection: (connection) => states.push(connection),
    onLost: () => lost++,
  })
}

const words = () => states.map((connection) => connection.state)
const now = () => states.at(-1)

beforeEach(() => {
  vi.useFakeTimers()
  server = new Server(10)
})

afterEach(() => {
  follower.stop()
  vi.useRealTimers()
})

describe('a followed stream', () => {
  test('starts at the cursor of the data that was read, and is live', () => {
    start()
    server.happen()
    expect(server.cursors).toEqual(['cursor-10'])
    expect(got).toEqual(['11 live'])
    expect(now()).toEqual({ state: 'live', replayed: 0 })
  })

  test('drops duplicate events', () => {
    start()
    server.happen(11)
    server.happen(11)
    server.happen(10)
    expect(got).toEqual(['11 live'])
  })

  test('resumes from the last event after a break, and reports how many events it missed', async () => {
    start()
    server.happen()
    server.end({ kind: 'disconnected' })
    expect(now()?.state).toBe('reconnecting')
    server.happen()
    server.happen()
    await vi.advanceTimersByTimeAsync(1_000)
    server.happen()
    expect(server.cursors).toEqual(['cursor-10', 'cursor-11'])
    expect(got).toEqual(['11 live', '12 replayed', '13 replayed', '14 live'])
    expect(words()).toEqual(['connecting', 'live', 'reconnecting', 'replaying', 'replaying', 'live'])
    expect(now()).toEqual({ state: 'live', replayed: 2 })
  })

  test('replays nothing after a break without events', async () => {
    start()
    server.end({ kind: 'disconnected' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(now()).toEqual({ state: 'live', replayed: 0 })
  })

  test('resumes from its last event when it sees a gap in a dense stream', async () => {
    start()
    server.last = 11
    server.happen(12)
    expect(got).toEqual([])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(server.cursors).toEqual(['cursor-10', 'cursor-10'])
    expect(got).toEqual(['11 replayed', '12 replayed'])
  })

  test('is lost if a gap stays, and everything must be read again', async () => {
    const skipping = server.subscribe
    server.subscribe = (after, sink) =>
      skipping(after, { ...sink, next: ({ seq }) => sink.next(event(seq + 1)) })
    start()
    server.happen()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(got).toEqual([])
    expect(lost).toBe(1)
    expect(server.cursors).toHaveLength(3)
  })

  test('accepts jumps in a sparse stream', () => {
    start(false)
    server.happen(17)
    expect(got).toEqual(['17 live'])
  })

  test('stays disconnected once the user disconnects it, until they reconnect it', async () => {
    start()
    follower.disconnect()
    server.happen()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(now()?.state).toBe('disconnected')
    expect(got).toEqual([])
    follower.reconnect()
    await vi.advanceTimersByTimeAsync(100)
    expect(got).toEqual(['11 replayed'])
    expect(now()).toEqual({ state: 'live', replayed: 1 })
  })

  test.each(['FORBIDDEN', 'UNAUTHENTICATED'])('ends for good with %s', async (code) => {
    start()
    server.end({ kind: 'error', error: new ApiError(code, 'No') })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(now()).toEqual({ state: 'ended', code })
    expect(server.cursors).toHaveLength(1)
  })

  test('ends if the right is lost while the connection is down', async () => {
    start()
    server.end({ kind: 'disconnected' })
    server.headError = new ApiError('FORBIDDEN', 'No')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(now()).toEqual({ state: 'ended', code: 'FORBIDDEN' })
  })

  test('resumes at once after SLOW_CONSUMER', async () => {
    start()
    server.happen()
    server.end({ kind: 'error', error: new ApiError('SLOW_CONSUMER', 'Too slow') })
    await vi.advanceTimersByTimeAsync(1)
    expect(server.cursors).toEqual(['cursor-10', 'cursor-11'])
  })

  test.each(['BAD_USER_INPUT', 'EVENTS_GONE'])(
    'is lost if its cursor is refused with %s, and everything must be read again',
    async (code) => {
      start()
      server.end({ kind: 'error', error: new ApiError(code, 'Not a cursor') })
      expect(lost).toBe(1)
      await vi.advanceTimersByTimeAsync(60_000)
      expect(server.cursors).toHaveLength(1)
    },
  )

  test('ends without another try when the server completes it', async () => {
    start()
    server.end({ kind: 'complete' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(now()).toEqual({ state: 'ended', code: 'COMPLETE' })
    expect(server.cursors).toHaveLength(1)
  })

  test('retries less and less often while the server is down, and never gives up', async () => {
    start()
    server.headError = new ApiError('UNREACHABLE', 'No answer')
    const head = vi.spyOn(server, 'head')
    follower.stop()
    start()
    server.end({ kind: 'disconnected' })
    await vi.advanceTimersByTimeAsync(3_000)
    const early = head.mock.calls.length
    await vi.advanceTimersByTimeAsync(57_000)
    expect(early).toBeGreaterThanOrEqual(3)
    expect(head.mock.calls.length - early).toBeLessThanOrEqual(12)
    server.headError = null
    await vi.advanceTimersByTimeAsync(10_000)
    expect(now()).toEqual({ state: 'live', replayed: 0 })
  })
})
