import { AsyncLocalStorage } from 'node:async_hooks'

/** Who asked. Empty for an anonymous caller. It holds ids and never an address or a name. */
export interface CallerIds {
  readonly userId?: string
  readonly apiTokenId?: string
  /** The caller has the INSTANCE_TOKEN. */
  readonly instance?: true
}

/** The ids by which a request is found in logs. */
export interface RequestIds {
  /** From the header `x-request-id`, or made. */
  readonly requestId: string
  /** From the header `traceparent`. */
  readonly traceId: string | undefined
}

/** `page`: a web page, a file, or a WebSocket that was refused, and no operation. */
type OperationKind = 'http' | 'sse' | 'websocket' | 'page'

/** What is read from an operation's document. */
export interface OperationFacts {
  readonly name: string | undefined
  readonly type: 'query' | 'mutation' | 'subscription'
  /** The names of the fields of the root type, each once. */
  readonly rootFields: readonly string[]
  /** The fields that it may resolve, as MAX_COST counts them. */
  readonly cost: number
}

/** What wants to know of operations: the access log, metrics. All functions are called at once and must not throw. */
export interface OperationObserver {
  /** A subscription is open. `finished` follows when it has ended. */
  readonly streamStarted?: (operation: ObservedOperation) => void
  readonly finished: (operation: ObservedOperation) => void
}

/** Begins to observe an operation. */
export type Observe = (ids: RequestIds, kind: OperationKind) => ObservedOperation

const current = new AsyncLocalStorage<ObservedOperation>()

/** The operation for which this code runs. Undefined if nothing observes operations. */
export const currentOperation = (): ObservedOperation | undefined => current.getStore()

/** Counts an SQL statement for the operation that sends it. */
export function countStatement(): void {
  const operation = current.getStore()
  if (operation) operation.statements++
}

/** @returns undefined if there is no observer: then nothing is recorded, and no code has to be wrapped */
export const observeFor = (observers: readonly OperationObserver[]): Observe | undefined =>
  observers.length === 0 ? undefined : (ids, kind) => new ObservedOperation(ids, kind, observers)

/** Runs `work` as a part of the operation, if one is observed. */
export const within = <T>(operation: ObservedOperation | undefined, work: () => T): T =>
  operation ? current.run(operation, work) : work()

/** The record of one operation, from its arrival until it is answered. */
export class ObservedOperation {
  readonly requestId: string
  readonly traceId: string | undefined
  /** From performance.now(). */
  readonly begunAt = performance.now()
  caller: CallerIds = {}
  /** Undefined if it was refused before its document was read. */
  facts: OperationFacts | undefined
  /** SQL statements, without BEGIN and COMMIT. */
  statements = 0
  /** Events that were sent to a subscriber. */
  events = 0
  /** The HTTP status. Undefined for an operation of a WebSocket. */
  status: number | undefined
  /** Whether the client left before it was answered. */
  hasLeft = false
  /** The id that a WebSocket's client gave to the operation. */
  socketId: string | undefined
  /** For a page: the path or prefix under which it is registered. It is never the path of the request. */
  page: string | undefined
  isStream = false
  /** The class of the first refusal in the answer, such as PermissionDeniedError. */
  refusal: string | undefined
  /** The code of the first error in the answer. */
  errorCode: string | undefined
  private isFinished = false

  constructor(
    { requestId, traceId }: RequestIds,
    public kind: OperationKind,
    private readonly observers: readonly OperationObserver[],
  ) {
    this.requestId = requestId
    this.traceId = traceId
  }

  /** `aborted`: the client left before it was answered. */
  get outcome(): 'ok' | 'refused' | 'error' | 'aborted' {
    if (this.errorCode !== undefined || (this.status ?? 200) >= 400) return 'error'
    if (this.hasLeft && !this.isStream) return 'aborted'
    return this.refusal === undefined ? 'ok' : 'refused'
  }

  get durationMs(): number {
    return performance.now() - this.begunAt
  }

  refused(refusal: string): void {
    this.refusal ??= refusal
  }

  failed(errorCode: unknown): void {
    this.errorCode ??= String(errorCode)
  }

  streamStarted(): void {
    this.isStream = true
    for (const { streamStarted } of this.observers) streamStarted?.(this)
  }

  /** May be called twice. */
  finish(): void {
    if (this.isFinished) return
    this.isFinished = true
    for (const { finished } of this.observers) finished(this)
  }
}
