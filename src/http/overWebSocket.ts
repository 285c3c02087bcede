import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ExecutionArgs, type ExecutionResult, type GraphQLError, getOperationAST } from 'graphql'
import { handleProtocols, makeServer, type Context as SocketContext, type SubscribePayload } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import {
  badCredential,
  badUserInput,
  CodedError,
  credentialEnded,
  isBadCredential,
  rateLimited,
  unavailable,
} from '../errors.js'
import type { GraphQLEngine, Operation } from '../graphql/engine.js'
import type { CheckInput } from '../graphql/limits/inputLimits.js'
import type { StreamDocuments } from '../graphql/limits/streamDocuments.js'
import type { MaskError } from '../graphql/mask.js'
import type { Log } from '../lib/log.js'
import type { Admission } from './admission.js'
import { outward } from './answer.js'
import { type Callers, credentialIn } from './callers.js'
import type { Deadline } from './deadline.js'
import type { Entrance } from './entrance.js'
import { declaredOnly, forgetParams, forgetPayload } from './forget.js'
import { keepAlive } from './keepAlive.js'
import { Connection } from './sockets.js'
import { tally } from './tally.js'

type Envelop = ReturnType<GraphQLEngine['getEnveloped']>
type Answer = ExecutionResult | AsyncIterable<ExecutionResult>

/** Execution arguments that know how they are executed: plugins are bound to each operation. */
interface Prepared extends ExecutionArgs {
  /** Let go of once a stream runs: it is larger than all else of one that waits, and there are thousands. */
  envelop: Envelop | undefined
  readonly edge: Operation
  /** By performance.now(). */
  readonly begunAt: number
  readonly worked: () => void
  readonly leave: () => void
}

const once = (act: () => void) => {
  let isDone = false
  return () => {
    if (!isDone) act()
    isDone = true
  }
}

/** Of RFC 6455. */
const NOT_UTF8 = 1007
/** Of the protocol. */
const SUBSCRIBER_EXISTS = 4409

/** Characters. Node takes no more in a request's headers. */
const MAX_CREDENTIAL_LENGTH = 16_384

/** @throws {CodedError} UNAUTHENTICATED for what is no text: malformed, and not left out; and for one that is too long */
const credentialOf = (params: Readonly<Record<string, unknown>> | undefined): string | undefined => {
  for (const given of [params?.authorization, params?.Authorization]) {
    if (given == null) continue
    if (typeof given !== 'string' || given.length > MAX_CREDENTIAL_LENGTH) throw badCredential()
    const credential = credentialIn(given)
    if (credential !== undefined) return credential
  }
  return undefined
}

/** An id comes back in each message and is kept as long as its operation runs: clients use a number or a UUID. */
const MAX_ID_LENGTH = 1_000

/**
 * GraphQL over WebSocket, subprotocol `graphql-transport-ws` (contract §1, §2). The protocol is
 * graphql-ws's; here is who may speak it, how much, and how it ends.
 */
export const overWebSocket = <Caller, Context extends object>({
  engine,
  callers,
  entrance,
  admission,
  streamDocuments,
  checkInput,
  mask,
  log,
  maxMessageBytes,
  maxBufferBytes,
  maxOperations,
  maxSocketsPerCaller,
  keepAliveMs,
  initWithinMs,
  deadline,
}: {
  engine: GraphQLEngine
  callers: Callers<Caller, Context>
  entrance: Entrance<Caller>
  admission: Admission
  streamDocuments: StreamDocuments
  checkInput: CheckInput
  mask: MaskError
  log: Log
  maxMessageBytes: number
  maxBufferBytes: number
  /** Running at once on one socket. */
  maxOperations: number
  maxSocketsPerCaller: number
  keepAliveMs: number
  initWithinMs: number
  deadline: Deadline
}) => {
  type Ctx = SocketContext<Record<string, unknown>, Connection>

  const connections = new Set<Connection>()
  const socketsOf = tally<Connection>(maxSocketsPerCaller)
  let draining = false

  const errorsOf = (thrown: unknown): GraphQLError[] =>
    thrown instanceof AggregateError ? thrown.errors.map(mask) : [mask(thrown)]

  /** What of errors leaves on a socket. Where they say that its own credential is bad it is the last of the socket. */
  const outwardOn = (connection: Connection, errors: readonly GraphQLError[]) => {
    if (connection.authorization !== undefined && errors.some(isBadCredential)) connection.credentialEnded()
    return errors.map(outward)
  }

  const onConnect = async (ctx: Ctx): Promise<boolean> => {
    const { connectionParams, extra: connection } = ctx
    let caller: Caller
    try {
      connection.authorization = credentialOf(connectionParams) ?? connection.authorization
      forgetParams(ctx)
      caller = await deadline.keep(entrance.identify(connection))
    } catch (thrown) {
      // 4403 for a bad credential: clients may come back with a fresh one. 4401 they would take as final.
      if (thrown instanceof CodedError && thrown.extensions.code === 'UNAUTHENTICATED') return false
      mask(thrown)
      connection.unavailable()
      return false
    }
    if (!connection.isOpen) return false
    if (socketsOf.add(entrance.callerKey(caller, connection), connection)) return true
    connection.tooMany()
    return false
  }

  const prepare = async (
    connection: Connection,
    id: string,
    payload: SubscribePayload,
  ): Promise<Prepared | readonly GraphQLError[]> => {
    if (draining || !connection.isOpen) return [unavailable()]
    if (connection.hasLostCredential) return [credentialEnded()]
    const waitMs = entrance.count(connection)
    if (waitMs > 0) return [rateLimited(waitMs)]
    if (id.length > MAX_ID_LENGTH)
      return [badUserInput(`The id of an operation can have ${MAX_ID_LENGTH} characters at most.`)]
    if (connection.running.size >= maxOperations)
      return [
        new CodedError('RATE_LIMITED', `At most ${maxOperations} operations may run at once on one socket.`),
      ]

    if (connection.isRunning(id)) {
      connection.close(SUBSCRIBER_EXISTS, `Subscriber for ${id} already exists`)
      return [badUserInput('An operation of this id is still running.')]
    }

    const edge: Operation = {
      end: new AbortController(),
      address: connection.address,
      deliver: connection.delivery(id),
    }
    const running = { id, operation: edge, oneAnswer: true, leave: () => {}, letGo: () => {} }
    connection.started(payload, running)
    checkInput(payload)
    const begunAt = performance.now()
    const turn = connection.turn()
    running.leave = once(() => connection.turnIsOver())
    await turn
    if (edge.end.signal.aborted) return [unavailable()]
    const place = admission.enter(entrance.credentialKey(connection))
    running.leave = once(() => {
      place.leave()
      connection.turnIsOver()
    })
    await place.turn()
    // What nobody waits for any more isn't begun.
    const caller = edge.end.signal.aborted
      ? undefined
      : await deadline.keep(entrance.identify(connection), begunAt)
    if (caller === undefined || edge.end.signal.aborted) {
      running.leave()
      return [unavailable()]
    }
    place.belongsTo(entrance.callerKey(caller, connection))
    const envelop = engine.getEnveloped({ ...callers.contextOf(caller), edge })
    const document = envelop.parse(payload.query)
    const errors: readonly GraphQLError[] = envelop.validate(envelop.schema, document)
    if (errors.length > 0) return errors.map(mask)
    const operation = getOperationAST(document, payload.operationName || null)
    if (!operation) return [badUserInput('`operationName` must name one of the document’s operations.')]
    running.oneAnswer = operation.operation !== 'subscription'
    if (draining && !running.oneAnswer) return [unavailable()]
    if (!running.oneAnswer)
      running.letGo = streamDocuments.hold(document, entrance.callerKey(caller, connection))
    return {
      schema: envelop.schema,
      document,
      operationName: payload.operationName || null,
      variableValues: declaredOnly(operation, payload.variables),
      contextValue: await envelop.contextFactory(),
      envelop,
      edge,
      worked: () => place.worked(),
      leave: running.leave,
      begunAt,
    }
  }

  const onSubscribe = async ({ extra }: Ctx, id: string, payload: SubscribePayload) => {
    let answer: Prepared | readonly GraphQLError[]
    try {
      answer = await prepare(extra, id, payload)
    } catch (thrown) {
      answer = errorsOf(thrown)
    }
    forgetPayload(payload)
    if (Array.isArray(answer)) extra.ended(payload)
    return answer as Prepared | GraphQLError[]
  }

  /** What is thrown here would close the socket, and with it the other operations. */
  const run = async (how: 'execute' | 'subscribe', args: ExecutionArgs): Promise<Answer> => {
    const prepared = args as Prepared
    const { envelop, edge, begunAt, worked, leave } = prepared
    try {
      const answer = await deadline.keep((envelop as Envelop)[how](args), begunAt)
      if (how === 'subscribe') leave()
      else worked()
      if (!edge.delivered) return answer
      prepared.envelop = undefined
      // It may be over by now. What plugins have put around it does nothing for a stream that yields nothing.
      if (edge.end.signal.aborted) await edge.delivered.return(undefined)
      return edge.delivered
    } catch (thrown) {
      return { errors: errorsOf(thrown) }
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
        errors: outwardOn(extra, errors),
        ...(data !== undefined && { data }),
        ...(extensions && { extensions }),
      }
    },
    onError: ({ extra }, __, ___, errors) => outwardOn(extra, errors.map(mask)),
    onComplete: ({ extra }, _, payload) => extra.ended(payload),
  })

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    handleProtocols,
    perMessageDeflate: false,
  })
  const alive = keepAlive(sockets.clients, keepAliveMs)

  const opened = (socket: WebSocket, stream: Duplex, address: string, authorization: string | undefined) => {
    const connection: Connection = new Connection(socket, stream, address, authorization, maxBufferBytes)
    connections.add(connection)
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (frame) => connection.send(frame),
        close: (code = 1000, reason = '') => connection.close(code, reason),
        onMessage: (receive) =>
          socket.on('message', (data, isBinary) => {
            alive.heard(socket)
            // Of text messages `ws` sees to it itself.
            if (isBinary && !isUtf8(data as Buffer)) return connection.close(NOT_UTF8, 'Not UTF-8')
            receive(String(data)).catch((error: unknown) => {
              log.error({ err: error }, 'a WebSocket message could not be handled')
              connection.close(1011, 'Internal error')
            })
          }),
      },
      connection,
    )
    socket.on('pong', () => alive.heard(socket))
    socket.on('error', (error) => log.debug({ err: error, address }, 'a WebSocket failed'))
    socket.once('close', (code, reason) => {
      connections.delete(connection)
      socketsOf.remove(connection)
      connection.endAll()
      for (const { leave } of connection.running.values()) leave()
      closed(code, String(reason)).catch((error: unknown) =>
        log.error({ err: error }, 'a WebSocket could not be cleaned up'),
      )
    })
    if (draining) connection.drain()
  }

  return {
    upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer, address: string): void =>
      sockets.handleUpgrade(req, socket, head, (webSocket) =>
        opened(webSocket, socket, address, credentialIn(req.headers.authorization)),
      ),
    /** Lets answers that are under way go out, then closes every socket with 1001. */
    drain: (): void => {
      draining = true
      for (const connection of connections) connection.drain()
    },
    /** Cuts off what is still open. */
    terminate: (): void => {
      alive.stop()
      for (const { socket } of connections) socket.terminate()
      sockets.close()
    },
  }
}
