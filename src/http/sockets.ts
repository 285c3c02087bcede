import type { Duplex } from 'node:stream'
import type { GraphQLError } from 'graphql'
import type { WebSocket } from 'ws'
import { credentialEnded, slowConsumer } from '../errors.js'
import type { Deliver, Operation } from '../graphql/engine.js'
import { outward } from './answer.js'
import type { Credential } from './callers.js'
import { PreparedFrames } from './preparedFrames.js'

/** Close codes of RFC 6455 that clients of graphql-ws take as a reason to come back. */
const GOING_AWAY = 1001
const TRY_AGAIN_LATER = 1013
/** Of graphql-transport-ws: its client comes back, and asks the application for a credential again. */
const FORBIDDEN = 4403
/** By then all streams of a credential that has ended are over (contract §6). */
const STREAMS_END_MS = 1_000
/** How long a socket that was closed may take to say goodbye. */
const GOODBYE_MS = 5_000
/** Operations of one socket under way at once, so that one in a hurry isn't refused as too many of its caller. */
const UNDER_WAY_AT_ONCE = 32
/** RFC 6455 allows 123; a letter cut in half becomes one of three bytes. */
const MAX_REASON_BYTES = 120

export interface RunningOperation {
  readonly id: string
  readonly operation: Operation
  /** A query or mutation: has one answer, which is waited for when the server stops. */
  oneAnswer: boolean
  /** Of those under way: it is over, or an open stream. May be called twice. */
  leave: () => void
  /** Of a stream: nothing of its document is needed any more. May be called twice. */
  letGo: () => void
}

function stop({ end, delivered }: Operation): void {
  end.abort()
  delivered?.return(undefined)
}

/** One socket with what runs on it. */
export class Connection implements Credential {
  /** Keyed by the message that started it: a client may use an id again at once. */
  readonly running = new Map<object, RunningOperation>()
  /** Set: nothing new begins, and the socket is closed so once nothing that has to end by itself is running. */
  private closing: { readonly code: number; readonly reason: string } | undefined
  private waitsForStreams = false
  /** Operations that are under way and no open stream, and those behind them. */
  private underWay = 0
  private readonly next: (() => void)[] = []
  private readonly prepared: PreparedFrames

  constructor(
    readonly socket: WebSocket,
    /** What `socket` speaks over. */
    stream: Duplex,
    readonly address: string,
    /** The header's, until the client's first message brings another one. */
    public authorization: string | undefined,
    private readonly maxBufferBytes: number,
  ) {
    this.prepared = new PreparedFrames(stream)
  }

  /**
   * Resolves once the frame is with the kernel, so that a stream goes no faster than its reader.
   * Where nothing can be sent any more it ends all that runs: a stream that always has a next event
   * would else spin before the socket's `close` is ever heard.
   */
  send(frame: string): Promise<void> {
    const { socket } = this
    this.prepared.flush()
    if (this.isOpen && socket.bufferedAmount <= this.maxBufferBytes)
      return new Promise((resolve) =>
        socket.send(frame, (error) => {
          if (error) this.endAll()
          resolve()
        }),
      )
    if (this.isOpen) this.cutOff()
    else this.endAll()
    return Promise.resolve()
  }

  /**
   * Sends to one operation what is prepared but for its id. Asks to wait while the reader doesn't keep up, and
   * ends what runs as `send` does.
   */
  delivery(id: string): Deliver {
    const head = Buffer.from(`{"id":${JSON.stringify(id)}`)
    return (messageTail) => {
      const isOpen = this.isOpen
      if (isOpen && this.socket.bufferedAmount + this.prepared.bytes <= this.maxBufferBytes)
        return this.prepared.write(head, messageTail)
      if (isOpen) this.cutOff()
      else this.endAll()
      return undefined
    }
  }

  close(code: number, reason: string): void {
    this.endAll()
    this.prepared.flush()
    // A longer reason is an exception, and clients have a say in it by the ids they choose.
    this.socket.close(code, Buffer.from(reason).subarray(0, MAX_REASON_BYTES).toString())
    setTimeout(() => this.socket.terminate(), GOODBYE_MS).unref()
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN
  }

  /**
   * Whether an operation of this id is not over, even if its client has just stopped it: graphql-ws
   * would take it for the new one of the same id, and go on with both.
   */
  isRunning(id: string): boolean {
    return [...this.running.values()].some((running) => running.id === id)
  }

  /** A socket may bring many operations in one go: a part is under way, the others follow in order. */
  turn(): Promise<void> | undefined {
    if (this.underWay++ < UNDER_WAY_AT_ONCE) return undefined
    return new Promise((resolve) => this.next.push(resolve))
  }

  /** One that had its turn has its answer, or is a stream now. */
  turnIsOver(): void {
    this.underWay--
    this.next.shift()?.()
  }

  started(key: object, operation: RunningOperation): void {
    this.running.set(key, operation)
  }

  /** Its answer, or its stream's end, is sent or has no reader any more. */
  ended(key: object): void {
    const ended = this.running.get(key)
    this.running.delete(key)
    if (ended) {
      stop(ended.operation)
      ended.leave()
      ended.letGo()
    }
    // Not before what tells the client so is on its way.
    if (this.closing) setImmediate(() => this.closeWhenDone())
  }

  endAll(): void {
    for (const { operation, letGo } of this.running.values()) {
      stop(operation)
      letGo()
    }
  }

  tooMany(): void {
    this.close(TRY_AGAIN_LATER, 'Too many sockets')
  }

  unavailable(): void {
    this.close(TRY_AGAIN_LATER, 'Unavailable')
  }

  /** Closes as soon as no query or mutation waits for its answer. Streams resume elsewhere. */
  drain(): void {
    this.closing = { code: GOING_AWAY, reason: 'Going away' }
    this.waitsForStreams = false
    this.closeWhenDone()
  }

  get hasLostCredential(): boolean {
    return this.closing?.code === FORBIDDEN
  }

  /**
   * The credential that the client came with is no good any more. Its streams end by themselves, each with its last
   * words, and what is being done is answered; then the socket is closed, so that the client brings a fresh one.
   */
  credentialEnded(): void {
    if (this.closing) return
    this.closing = { code: FORBIDDEN, reason: 'Forbidden' }
    this.waitsForStreams = true
    setTimeout(() => {
      this.waitsForStreams = false
      this.closeWhenDone()
    }, STREAMS_END_MS).unref()
    // Not before the error that brought it up is on its way.
    setImmediate(() => this.closeWhenDone())
  }

  private closeWhenDone(): void {
    if (!this.closing || !this.isOpen) return
    const waiting = [...this.running.values()].some(({ oneAnswer }) => oneAnswer || this.waitsForStreams)
    if (waiting) return
    if (this.hasLostCredential) this.sayToAll(credentialEnded())
    this.close(this.closing.code, this.closing.reason)
  }

  /** Ends whatever still runs with an error. */
  private sayToAll(error: GraphQLError): void {
    this.prepared.flush()
    const payload = [outward(error)]
    for (const { id } of this.running.values())
      this.socket.send(JSON.stringify({ id, type: 'error', payload }), () => {})
  }

  /** The reader doesn't keep up: what runs is told so, behind what it hasn't read yet, and then it's over. */
  private cutOff(): void {
    this.sayToAll(slowConsumer())
    this.close(TRY_AGAIN_LATER, 'SLOW_CONSUMER')
  }
}
