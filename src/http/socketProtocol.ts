import { type ExecutionArgs, type ExecutionResult, type GraphQLError, getOperationAST } from 'graphql'
import { makeServer, type Server, type Context as SocketContext, type SubscribePayload } from 'graphql-ws'
import {
  badCredential,
  badUserInput,
  CodedError,
  credentialEnded,
  isBadCredential,
  rateLimited,
  unavailable,
} from '../errors.js'
import type { Deliver, GraphQLEngine, Operation } from '../graphql/engine.js'
import type { CheckInput } from '../graphql/limits/inputLimits.js'
import type { StreamDocuments } from '../graphql/limits/streamDocuments.js'
import type { MaskError } from '../graphql/mask.js'
import { limitMet } from '../lib/channels.js'
import { type Observe, type ObservedOperation, within } from '../lib/observedOperation.js'
import type { Admission } from './admission.js'
import { publicError } from './answer.js'
import type { CallerAccess } from './callerAccess.js'
import { callerLimit } from './callerLimit.js'
import { type Callers, credentialIn } from './callers.js'
import type { Deadline } from './deadline.js'
import { declaredVariables, forgetParams, forgetPayload } from './forget.js'
import type { Connection, RunningOperation } from './sockets.js'

type Answer = ExecutionResult | AsyncIterable<ExecutionResult>

/** Execution arguments, with what the operation needs besides. */
interface Prepared extends ExecutionArgs {
  readonly edge: Operation
  /** From performance.now(). */
  readonly begunAt: number
  readonly workDone: () => void
  readonly observed: ObservedOperation | undefined
  readonly release: () => void
}

const once = (act: () => void) => {
  let isDone = false
  return () => {
    if (!isDone) act()
    isDone = true
  }
}

/** Close code of graphql-transport-ws. */
const SUBSCRIBER_EXISTS = 4409

/** In characters: Node's limit for the headers of a request. */
const MAX_CREDENTIAL_LENGTH = 16_384

/** @throws {CodedError} UNAUTHENTICATED for a credential that is no string or is too long */
const credentialOf = (params: Readonly<Record<string, unknown>> | undefined): string | undefined => {
  for (const given of [params?.authorization, params?.Authorization]) {
    if (given == null) continue
    if (typeof given !== 'string' || given.length > MAX_CREDENTIAL_LENGTH) throw badCredential()
    const credential = credentialIn(given)
    if (credential !== undefined) return credential
  }
  return undefined
}

const counted =
  (deliver: Deliver, observed: ObservedOperation): Deliver =>
  (messageTail) => {
    observed.events++
    return deliver(messageTail)
  }

/** The id is repeated in each message and kept while its operation runs. Clients use a number or a UUID. */
const MAX_ID_LENGTH = 1_000

export interface SocketProtocolOptions<Caller, Context extends object> {
  engine: GraphQLEngine
  callers: Callers<Caller, Context>
  access: CallerAccess<Caller>
  admission: Admission
  streamDocuments: StreamDocuments
  checkInput: CheckInput
  mask: MaskError
  /** The most operations that run at once on one socket. */
  maxOperations: number
  maxSocketsPerCaller: number
  /** How long a socket may wait before it says who it is, ms. */
  initWithinMs: number
  deadline: Deadline
  /** Undefined if nothing observes operations. */
  observe: Observe | undefined
}

export interface SocketProtocol {
  server: Server<Connection>
  /** A closed socket no longer counts for its caller. */
  forget(connection: Connection): void
}

/**
 * What a WebSocket's messages do: they identify its caller, run operations, and are limited. graphql-ws implements the
 * protocol itself.
 * @param isDraining whether the server is stopping: then it starts no new operation
 */
export const socketProtocol = <Caller, Context extends object>(
  {
    engine,
    callers,
    access,
    admission,
    streamDocuments,
    checkInput,
    mask,
    maxOperations,
    maxSocketsPerCaller,
    initWithinMs,
    deadline,
    observe,
  }: SocketProtocolOptions<Caller, Context>,
  isDraining: () => boolean,
): SocketProtocol => {
  type Ctx = SocketContext<Record<string, unknown>, Connection>

  const socketsOf = callerLimit<Connection>(maxSocketsPerCaller)

  // An idle socket would not notice otherwise.
  callers.onEnded?.((key) => {
    for (const connection of socketsOf.membersOf(key)) connection.credentialEnded()
  })

  const errorsOf = (thrown: unknown, requestId: string): GraphQLError[] => {
    const all: unknown[] = thrown instanceof AggregateError ? thrown.errors : [thrown]
    return all.map((error) => mask(error, requestId))
  }

  /** Errors as the client sees them. If one says that the socket's credential is bad, the socket closes after it. */
  const publicErrorsOn = (connection: Connection, errors: readonly GraphQLError[]) => {
    if (connection.authorization !== undefined && errors.some(isBadCredential)) connection.credentialEnded()
    return errors.map(publicError)
  }

  const onConnect = async (ctx: Ctx): Promise<boolean> => {
    const { connectionParams, extra: connection } = ctx
    let caller: Caller
    try {
      connection.authorization = credentialOf(connectionParams) ?? connection.authorization
      forgetParams(ctx)
      caller = await deadline.keep(access.identify(connection))
    } catch (thrown) {
      // False closes with 4403: clients may retry with a new credential. They treat 4401 as final.
      if (thrown instanceof CodedError && thrown.extensions.code === 'UNAUTHENTICATED') return false
      mask(thrown, connection.ids.requestId)
      connection.unavailable()
      return false
    }
    if (!connection.isOpen) return false
    if (socketsOf.add(access.callerKey(caller, connection), connection)) return true
    limitMet.publish({ limit: 'sockets_per_caller' })
    connection.tooMany()
    return false
  }

  const prepare = async (
    connection: Connection,
    id: string,
    payload: SubscribePayload,
    observed: ObservedOperation | undefined,
  ): Promise<Prepared | readonly GraphQLError[]> => {
    if (isDraining() || !connection.isOpen) return [unavailable()]
    if (connection.hasLostCredential) return [credentialEnded()]
    const waitMs = access.count(connection)
    if (waitMs > 0) return [rateLimited(waitMs)]
    if (id.length > MAX_ID_LENGTH)
      return [badUserInput(`The id of an operation can have ${MAX_ID_LENGTH} characters at most.`)]
    if (connection.running.size >= maxOperations) {
      limitMet.publish({ limit: 'operations_per_socket' })
      return [
        new CodedError('RATE_LIMITED', `At most ${maxOperations} operations may run at once on one socket.`),
      ]
    }

    if (connection.isRunning(id)) {
      connection.close(SUBSCRIBER_EXISTS, `Subscriber for ${id} already exists`)
      return [badUserInput('An operation of this id is still running.')]
    }

    const edge: Operation = {
      end: new AbortController(),
      address: connection.address,
      requestId: connection.ids.requestId,
      deliver: observed ? counted(connection.delivery(id), observed) : connection.delivery(id),
    }
    const running: RunningOperation = {
      id,
      operation: edge,
      oneAnswer: true,
      release: () => {},
      releaseDocument: () => {},
      observed,
    }
    connection.started(payload, running)
    checkInput(payload)
    const begunAt = performance.now()
    const turn = connection.turn()
    running.release = once(() => connection.turnIsOver())
    await turn
    if (edge.end.signal.aborted) return [unavailable()]
    const slot = admission.enter(access.credentialKey(connection))
    running.release = once(() => {
      slot.release()
      connection.turnIsOver()
    })
    await slot.turn()
    // The client no longer waits: do not start the operation.
    const caller = edge.end.signal.aborted
      ? undefined
      : await deadline.keep(access.identify(connection), begunAt)
    if (caller === undefined || edge.end.signal.aborted) {
      running.release()
      return [unavailable()]
    }
    if (observed) observed.caller = callers.idsOf(caller)
    const callerKey = access.callerKey(caller, connection)
    slot.countFor(callerKey)
    const contextValue = { ...callers.contextOf(caller, callerKey), edge }
    const document = engine.readDocument(payload.query, contextValue)
    const operation = getOperationAST(document, payload.operationName || null)
    if (!operation) return [badUserInput('`operationName` must name one of the document’s operations.')]
    running.oneAnswer = operation.operation !== 'subscription'
    if (isDraining() && !running.oneAnswer) return [unavailable()]
    if (!running.oneAnswer) running.releaseDocument = streamDocuments.hold(document, callerKey)
    return {
      schema: engine.schema,
      document,
      operationName: payload.operationName || null,
      variableValues: declaredVariables(operation, payload.variables),
      contextValue,
      edge,
      workDone: () => slot.workDone(),
      release: running.release,
      observed,
      begunAt,
    }
  }

  const onSubscribe = async ({ extra }: Ctx, id: string, payload: SubscribePayload) => {
    const observed = observe?.(extra.ids, 'websocket')
    if (observed) observed.socketId = id
    let answer: Prepared | readonly GraphQLError[]
    try {
      answer = await within(observed, () => prepare(extra, id, payload, observed))
    } catch (thrown) {
      answer = errorsOf(thrown, extra.ids.requestId)
    }
    forgetPayload(payload)
    if (Array.isArray(answer)) {
      observed?.failed(answer[0]?.extensions.code)
      extra.ended(payload)
      // It may have been refused before it was one of the running ones.
      observed?.finish()
    }
    return answer as Prepared | GraphQLError[]
  }

  /** Never throws: an exception would close the socket with its other operations. */
  const run = async (how: 'execute' | 'subscribe', args: ExecutionArgs): Promise<Answer> => {
    const { edge, begunAt, workDone, release, observed } = args as Prepared
    try {
      const work: Promise<Answer> = within(observed, () => engine[how](args))
      const answer = await deadline.keep(work, begunAt)
      if (how === 'subscribe') release()
      else workDone()
      if (!edge.delivered) return answer
      // The operation may have ended meanwhile. The plugins' wrappers are skipped: the stream yields nothing to wrap.
      if (edge.end.signal.aborted) await edge.delivered.return(undefined)
      return edge.delivered
    } catch (thrown) {
      const errors = errorsOf(thrown, edge.requestId)
      observed?.failed(errors[0]?.extensions.code)
      return { errors }
    }
  }

  const server = makeServer<Record<string, unknown>, Connection>({
    onConnect,
    onSubscribe,
    execute: (args) => run('execute', args),
    subscribe: (args) => run('subscribe', args),
    connectionInitWaitTimeout: initWithinMs,
    onNext: ({ extra }, __, ___, ____, { errors, data, extensions }) => {
      if (errors === undefined) return undefined
      return {
        errors: publicErrorsOn(extra, errors),
        ...(data !== undefined && { data }),
        ...(extensions && { extensions }),
      }
    },
    onError({ extra }, _, payload, errors) {
      const masked = errors.map((error) => mask(error, extra.ids.requestId))
      extra.running.get(payload)?.observed?.failed(masked[0]?.extensions.code)
      return publicErrorsOn(extra, masked)
    },
    onComplete: ({ extra }, _, payload) => extra.ended(payload),
  })
  return { server, forget: (connection) => socketsOf.remove(connection) }
}
