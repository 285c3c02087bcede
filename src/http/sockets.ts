import type { Duplex } from 'node:stream'
import type { GraphQLError } from 'graphql'
import type { WebSocket } from 'ws'
import { credentialEnded, slowConsumer } from '../errors.js'
import type { Deliver, Operation } from '../graphql/engine.js'
import type { ObservedOperation, RequestIds } from '../lib/observedOperation.js'
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
/**
 * The most operations of one socket that run at once. Further ones wait, so the caller's limit does not refuse a burst.
 */
const MAX_IN_TURN = 32
/**
 * RFC 6455 allows 123 bytes. If a character is cut in the middle, it becomes a replacement character of three bytes.
 */
const MAX_REASON_BYTES = 120

export interface RunningOperation {
  readonly id: string
  readonly operation: Operation
  /** A query or mutation. The server waits for its answer before it stops. */
  oneAnswer: boolean
  /** The operation has ended or has become an open stream. May be called twice. */
  release: () => void
  /** Streams only: the document is no longer needed. May be called twice. */
  releaseDocument: () => void
  readonly observed: ObservedOperation | undefined
}

function stop({ end, delivered }: Operation): void {
  end.abort()
  delivered?.return(undefined)
}

/** One socket and its operations. */
export class Connection implements Credential {
  /** Keyed by the message that started the operation, because a client may reuse an id at once. */
  readonly running = new Map<object, RunningOperation>()
  /**
   * If set, no further operation starts, and the socket closes with this code once the running operations have ended.
   */
  private closing: { readonly code: number; readonly reason: string } | undefined
  private waitsForStreams = false
  /** The number of operations that run or wait. Open streams are not counted. */
  private inTurn = 0
  private readonly next: (() => void)[] = []
  private readonly prepared: PreparedFrames

  constructor(
    readonly socket: WebSocket,
    /** The stream beneath `socket`. */
    stream: Duplex,
    readonly address: string,
    /** From the header, unless the client's first message contains another one. */
    public authorization: string | undefined,
    private readonly maxBufferBytes: number,
    /** The ids of the handshake, which all operations of the socket share. */
    readonly ids: RequestIds,
  ) {
    this.prepared = new PreparedFrames(stream)
  }

  /**
   * Sends a frame. Resolves when the kernel has it, so that a stream is not faster than its reader. If the socket is
   * closed, it ends all operations: a stream that always has a next event would block the socket's `close` event.
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
   * Returns a function that sends serialized messages of one operation. It only adds the operation's id. If it returns
   * a promise, the caller waits for it, because the reader is slow. It ends all operations in the same case as `send`.
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
    // `ws` throws if the reason is too long, and it may contain an id that the client chose.
    this.socket.close(code, Buffer.from(reason).subarray(0, MAX_REASON_BYTES).toString())
    setTimeout(() => this.socket.terminate(), CLOSE_WITHIN_MS).unref()
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN
  }

  /**
   * Whether an operation with this id has not ended yet, even if the client has just stopped it. graphql-ws would
   * confuse it with a new operation of the same id and continue both.
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
      ended.observed?.finish()
    }
    // Closes after the message about the end is sent.
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
   * Call it when the socket's credential is no longer valid. Each stream ends with an error, and running queries and
   * mutations are answered. Then the socket closes, so that the client reconnects with a new credential.
   */
  credentialEnded(): void {
    if (this.closing) return
    this.closing = { code: FORBIDDEN, reason: 'Forbidden' }
    this.waitsForStreams = true
    setTimeout(() => {
      this.waitsForStreams = false
      this.closeWhenDone()
    }, STREAMS_END_MS).unref()
    // Closes after the error is sent.
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
    for (const { id, observed } of this.running.values()) {
      observed?.failed(error.extensions.code)
      this.socket.send(JSON.stringify({ id, type: 'error', payload }), () => {})
    }
  }

  /**
   * Called if the reader is too slow. After the waiting messages, all operations end with an error and the socket
   * closes.
   */
  private cutOff(): void {
    this.failAll(slowConsumer())
    this.close(TRY_AGAIN_LATER, 'SLOW_CONSUMER')
  }
}
