import type { Duplex } from 'node:stream'
import type { GraphQLError } from 'graphql'
import type { WebSocket } from 'ws'
import { credentialEnded, slowConsumer } from '../errors.js'
import type { Deliver, Operation } from '../graphql/engine.js'
import { publicError } from './answer.js'
import type { Credential } from './callers.js'
import { PreparedFrames } from './preparedFrames.js'

/** Close codes of RFC 6455 after which clients of graphql-ws reconnect. */
const GOING_AWAY = 1001
const TRY_AGAIN_LATER = 1013
/** Close code of graphql-transport-ws after which clients reconnect with a new credential. */
const FORBIDDEN = 4403
/** All streams of an ended credential end within this time (contract §6), ms. */
const STREAMS_END_MS = 1_000
/** How long the client may take to complete the closing handshake, ms. */
const CLOSE_WITHIN_MS = 5_000
/** Operations of one socket that run at once. Further ones wait, so that a burst is not refused by the caller's limit. */
const MAX_IN_TURN = 32
/** RFC 6455 allows 123 bytes. A character that is cut becomes a replacement character of three bytes. */
const MAX_REASON_BYTES = 120

export interface RunningOperation {
  readonly id: string
  readonly operation: Operation
  /** A query or mutation. The server waits for its answer before it stops. */
  oneAnswer: boolean
  /** The operation has ended or has become an open stream. May be called twice. */
  release: () => void
  /** For a stream: its document is no longer needed. May be called twice. */
  releaseDocument: () => void
}

function stop({ end, delivered }: Operation): void {
  end.abort()
  delivered?.return(undefined)
}

/** One socket and its operations. */
export class Connection implements Credential {
  /** Keyed by the message that started the operation, because a client may reuse an id at once. */
  readonly running = new Map<object, RunningOperation>()
  /** If set, no operation starts any more. The socket closes with it once those to wait for have ended. */
  private closing: { readonly code: number; readonly reason: string } | undefined
  private waitsForStreams = false
  /** Operations that run and are no open stream, and those that wait. */
  private inTurn = 0
  private readonly next: (() => void)[] = []
  private readonly prepared: PreparedFrames

  constructor(
    readonly socket: WebSocket,
    /** The stream beneath `socket`. */
    stream: Duplex,
    readonly address: string,
    /** From the header, until the client's first message brings another one. */
    public authorization: string | undefined,
    private readonly maxBufferBytes: number,
  ) {
    this.prepared = new PreparedFrames(stream)
  }

  /**
   * Resolves when the kernel has the frame, so that a stream is not faster than its reader. If nothing can be sent any
   * more, it ends all operations: a stream that always has a next event would block the socket's `close` event.
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
   * Sends prepared messages to one operation: only the id is added. The returned promise asks to wait for a slow
   * reader. Ends all operations as `send` does.
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
    // `ws` throws if the reason is longer, and it may hold an id that the client chose.
    this.socket.close(code, Buffer.from(reason).subarray(0, MAX_REASON_BYTES).toString())
    setTimeout(() => this.socket.terminate(), CLOSE_WITHIN_MS).unref()
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN
  }

  /**
   * Whether an operation of this id has not ended, even if its client has just stopped it. graphql-ws would confuse
   * it with a new operation of the same id and continue both.
   */
  isRunning(id: string): boolean {
    return [...this.running.values()].some((running) => running.id === id)
  }

  /** A socket may send many operations at once. Some run, the others wait in order. */
  turn(): Promise<void> | undefined {
    if (this.inTurn++ < MAX_IN_TURN) return undefined
    return new Promise((resolve) => this.next.push(resolve))
  }

  /** An operation that had its turn has its answer, or has become a stream. */
  turnIsOver(): void {
    this.inTurn--
    this.next.shift()?.()
  }

  started(key: object, operation: RunningOperation): void {
    this.running.set(key, operation)
  }

  /** The operation's answer or end was sent, or nobody reads it any more. */
  ended(key: object): void {
    const ended = this.running.get(key)
    this.running.delete(key)
    if (ended) {
      stop(ended.operation)
      ended.release()
      ended.releaseDocument()
    }
    // After the message that tells the client.
    if (this.closing) setImmediate(() => this.closeWhenDone())
  }

  endAll(): void {
    for (const { operation, releaseDocument } of this.running.values()) {
      stop(operation)
      releaseDocument()
    }
  }

  tooMany(): void {
    this.close(TRY_AGAIN_LATER, 'Too many sockets')
  }

  unavailable(): void {
    this.close(TRY_AGAIN_LATER, 'Unavailable')
  }

  /** Closes as soon as no query or mutation waits for its answer. Streams resume at another server. */
  drain(): void {
    this.closing = { code: GOING_AWAY, reason: 'Going away' }
    this.waitsForStreams = false
    this.closeWhenDone()
  }

  get hasLostCredential(): boolean {
    return this.closing?.code === FORBIDDEN
  }

  /**
   * The credential of the socket is no longer valid. Streams end by themselves, each with an error, and running queries
   * and mutations are answered. Then the socket closes, so that the client reconnects with a new credential.
   */
  credentialEnded(): void {
    if (this.closing) return
    this.closing = { code: FORBIDDEN, reason: 'Forbidden' }
    this.waitsForStreams = true
    setTimeout(() => {
      this.waitsForStreams = false
      this.closeWhenDone()
    }, STREAMS_END_MS).unref()
    // After the error that reported it.
    setImmediate(() => this.closeWhenDone())
  }

  private closeWhenDone(): void {
    if (!this.closing || !this.isOpen) return
    const waiting = [...this.running.values()].some(({ oneAnswer }) => oneAnswer || this.waitsForStreams)
    if (waiting) return
    if (this.hasLostCredential) this.failAll(credentialEnded())
    this.close(this.closing.code, this.closing.reason)
  }

  /** Ends all operations with an error. */
  private failAll(error: GraphQLError): void {
    this.prepared.flush()
    const payload = [publicError(error)]
    for (const { id } of this.running.values())
      this.socket.send(JSON.stringify({ id, type: 'error', payload }), () => {})
  }

  /** The reader is too slow: all operations end with an error, after the messages that wait, and the socket closes. */
  private cutOff(): void {
    this.failAll(slowConsumer())
    this.close(TRY_AGAIN_LATER, 'SLOW_CONSUMER')
  }
}
