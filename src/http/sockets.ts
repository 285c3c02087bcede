import type { WebSocket } from 'ws'
import { slowConsumer } from '../graphql/errors.js'
import { outward } from './answer.js'

/** Close codes of RFC 6455 that clients of graphql-ws take as a reason to come back. */
const GOING_AWAY = 1001
const TRY_AGAIN_LATER = 1013
/** How long a socket that was closed may take to say goodbye. */
const GOODBYE_MS = 5_000

export interface RunningOperation {
  readonly id: string
  readonly end: AbortController
  /** A query or mutation: has one answer, which is waited for when the server stops. */
  oneAnswer: boolean
}

/** One socket with what runs on it. */
export class Connection<Caller> {
  caller: Caller | undefined
  /** Keyed by the message that started it: a client may use an id again at once. */
  readonly running = new Map<object, RunningOperation>()
  private draining = false

  constructor(
    readonly socket: WebSocket,
    readonly address: string,
    readonly headerAuthorization: string | undefined,
    private readonly maxBufferBytes: number,
  ) {}

  /** Resolves once the frame is with the kernel, so that a stream goes no faster than its reader. */
  send(frame: string): Promise<void> {
    const { socket } = this
    if (socket.readyState !== socket.OPEN) return Promise.resolve()
    if (socket.bufferedAmount > this.maxBufferBytes) {
      this.cutOff()
      return Promise.resolve()
    }
    // A failed write is followed by the socket's close, which ends everything on it.
    return new Promise((resolve) => socket.send(frame, () => resolve()))
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason)
    setTimeout(() => this.socket.terminate(), GOODBYE_MS).unref()
  }

  started(key: object, operation: RunningOperation): void {
    this.running.set(key, operation)
  }

  /** Its answer, or its stream's end, is sent or has no reader any more. */
  ended(key: object): void {
    this.running.get(key)?.end.abort()
    this.running.delete(key)
    if (this.draining) this.closeWhenAnswered()
  }

  endAll(): void {
    for (const { end } of this.running.values()) end.abort()
  }

  tooMany(): void {
    this.close(TRY_AGAIN_LATER, 'Too many sockets')
  }

  unavailable(): void {
    this.close(TRY_AGAIN_LATER, 'Unavailable')
  }

  /** Closes as soon as no query or mutation waits for its answer. Streams resume elsewhere. */
  drain(): void {
    this.draining = true
    this.closeWhenAnswered()
  }

  private closeWhenAnswered(): void {
    const waiting = [...this.running.values()].some(({ oneAnswer }) => oneAnswer)
    if (!waiting) this.close(GOING_AWAY, 'Going away')
  }

  /** The reader doesn't keep up: what runs is told so, behind what it hasn't read yet, and then it's over. */
  private cutOff(): void {
    const payload = [outward(slowConsumer())]
    for (const { id } of this.running.values())
      this.socket.send(JSON.stringify({ id, type: 'error', payload }), () => {})
    this.close(TRY_AGAIN_LATER, 'SLOW_CONSUMER')
    this.endAll()
  }
}
