import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DocumentNode } from 'graphql'
import { CodedError, rateLimited, unavailable } from '../errors.js'
import type { GraphQLEngine } from '../graphql/engine.js'
import type { CheckInput } from '../graphql/limits/inputLimits.js'
import type { StreamDocuments } from '../graphql/limits/streamDocuments.js'
import type { MaskError } from '../graphql/mask.js'
import { limitMet } from '../lib/channels.js'
import { currentOperation, type Observe, type ObservedOperation, within } from '../lib/observedOperation.js'
import { acceptsAnswers, acceptsStreams } from './accept.js'
import { ActiveSet } from './activeSet.js'
import type { Admission, Slot } from './admission.js'
import { answerError } from './answer.js'
import { answerPost } from './answerPost.js'
import { readBody } from './body.js'
import type { CallerAccess } from './callerAccess.js'
import { callerLimit } from './callerLimit.js'
import { type Callers, credentialIn } from './callers.js'
import type { Deadline } from './deadline.js'
import { type Headers, setHeaders, type Visit } from './page.js'
import { type GraphQLParams, paramsOfBody, paramsOfQuery } from './params.js'
import { observedIdsOf, requestIdOf } from './requestIds.js'

const methodNotAllowed = () =>
  new CodedError('BAD_USER_INPUT', 'GraphQL is asked by GET or POST.', {
    http: { status: 405, headers: { allow: 'GET, POST, OPTIONS' } },
  })

/** A browser can't send this type to another origin without a CORS preflight. That prevents CSRF. */
const notJson = () =>
  new CodedError('BAD_USER_INPUT', 'Send the request as application/json.', {
    http: { status: 415, headers: { 'accept-post': 'application/json' } },
  })

/** JSON is UTF-8 (RFC 8259, 8.1). Another charset would be decoded wrongly. */
const isJson = ({ headers: { 'content-type': given = '' } }: IncomingMessage) => {
  if (given === 'application/json') return true
  const parts = given.toLowerCase().split(';')
  const [type, ...parameters] = parts.map((part) => part.trim())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  return type === 'application/json' && (charset === undefined || /^charset="?utf-?8"?$/.test(charset))
}

/** Thrown before the operation starts. Otherwise a mutation would run although its answer can't be sent. */
const notAcceptable = () =>
  new CodedError(
    'BAD_USER_INPUT',
    'Accept application/json or application/graphql-response+json, for a subscription text/event-stream, or use WebSocket (graphql-transport-ws).',
    { http: { status: 406 } },
  )

const noStream = () =>
  new CodedError(
    'BAD_USER_INPUT',
    'A subscription is sent as text/event-stream: accept that, or use WebSocket (graphql-transport-ws).',
    { http: { status: 406 } },
  )

/** A request whose answer is not complete. */
interface Answering {
  readonly end: AbortController
  isStream: boolean
  /** Streams only: the document is no longer needed. */
  releaseDocument: () => void
}

/**
 * GraphQL over HTTP and SSE (contract §1). It reads and checks the request and identifies the caller. Yoga executes
 * the operation and forms the answer.
 */
export const overHttp = <Caller, Context extends object>({
  engine,
  callers,
  access,
  admission,
  streamDocuments,
  checkInput,
  maxBodyBytes,
  maxStreamsPerCaller,
  mask,
  deadline,
  observe,
}: {
  engine: GraphQLEngine
  callers: Pick<Callers<Caller, Context>, 'contextOf' | 'idsOf'>
  access: CallerAccess<Caller>
  admission: Admission
  streamDocuments: StreamDocuments
  checkInput: CheckInput
  maxBodyBytes: number
  maxStreamsPerCaller: number
  mask: MaskError
  deadline: Deadline
  /** Undefined if nothing observes operations. */
  observe: Observe | undefined
}) => {
  const answering = new ActiveSet<Answering>()
  const streamsOf = callerLimit<Answering>(maxStreamsPerCaller)
  let draining = false

  const read = async (req: IncomingMessage, url: URL): Promise<GraphQLParams> => {
    if (req.method === 'GET') return paramsOfQuery(url.searchParams)
    if (req.method !== 'POST') throw methodNotAllowed()
    if (!isJson(req)) throw notJson()
    // Yoga uses `req.body` if it is set, because some frameworks set it.
    const body = paramsOfBody(await readBody(req, maxBodyBytes))
    Object.assign(req, { body })
    return body
  }

  const admitStream =
    (answer: Answering, slot: Slot, caller: string, res: ServerResponse) => (document: DocumentNode) => {
      if (draining) return unavailable()
      if (!acceptsStreams(res.req.headers.accept)) return noStream()
      if (!streamsOf.add(caller, answer)) {
        limitMet.publish({ limit: 'streams_per_caller' })
        return new CodedError('RATE_LIMITED', `At most ${maxStreamsPerCaller} streams may be open at once.`)
      }
      try {
        answer.releaseDocument = streamDocuments.hold(document, caller)
      } catch (refusal) {
        return mask(refusal, requestIdOf(res.req))
      }
      answer.isStream = true
      const observed = currentOperation()
      if (observed) observed.kind = 'sse'
      // By default nginx buffers an answer before it sends it on.
      res.setHeader('x-accel-buffering', 'no')
      slot.release()
      return undefined
    }

  const serve = async (
    req: IncomingMessage,
    res: ServerResponse,
    { url, address, headers }: Visit & { headers: Headers },
    observed?: ObservedOperation,
  ): Promise<void> => {
    const requestId = requestIdOf(req)
    const answer: Answering = { end: new AbortController(), isStream: false, releaseDocument: () => {} }
    // A flag instead of `end.signal`: Node creates the signal only when it is read, and that costs time.
    let hasLeft = false
    let slot: Slot | undefined
    let isDone = false
    const answered = answering.add(answer)
    res.once('close', () => {
      // Aborting costs time, and is not needed if everything was sent.
      if (!res.writableFinished) {
        hasLeft = true
        answer.end.abort()
      }
      answered()
      streamsOf.remove(answer)
      answer.releaseDocument()
      if (isDone) slot?.release()
      if (observed) {
        observed.hasLeft = hasLeft
        observed.status = res.headersSent ? res.statusCode : undefined
        observed.finish()
      }
    })
    try {
      const credential = { authorization: credentialIn(req.headers.authorization), address }
      const waitMs = access.count(credential)
      if (waitMs > 0) throw rateLimited(waitMs)
      admission.checkRoom()
      const params = await read(req, url)
      checkInput(params)
      const begunAt = performance.now()
      slot = admission.enter(access.credentialKey(credential))
      await slot.turn()
      // The client has disconnected: do not start the operation.
      if (hasLeft) return
      const caller = await deadline.keep(access.identify(credential), begunAt)
      if (hasLeft) return
      if (observed) observed.caller = callers.idsOf(caller)
      const key = access.callerKey(caller, credential)
      slot.countFor(key)
      const edge = {
        end: answer.end,
        address,
        requestId,
        params,
        admitStream: admitStream(answer, slot, key, res),
      }
      const openContext = () => ({ ...callers.contextOf(caller, key), edge })
      // Passes the headers on: setting them one by one would take a fifth of the time of a small answer.
      const posted = answerPost(engine, { req, res, params, context: openContext, headers, mask, requestId })
      if (await deadline.keep(posted, begunAt)) return
      if (!acceptsAnswers(req.headers.accept)) throw notAcceptable()
      setHeaders(res, headers)
      await deadline.keep(engine(req, res, openContext()), begunAt)
    } catch (thrown) {
      if (!res.headersSent) setHeaders(res, headers)
      const error = mask(thrown, requestId)
      observed?.failed(error.extensions.code)
      answerError(req, res, error)
    } finally {
      isDone = true
      slot?.workDone()
      if (res.closed || res.destroyed) slot?.release()
    }
  }

  return {
    serve: observe
      ? (req: IncomingMessage, res: ServerResponse, visit: Visit & { headers: Headers }) => {
          const observed = observe(observedIdsOf(req), 'http')
          return within(observed, () => serve(req, res, visit, observed))
        }
      : serve,
    /** Ends all streams and refuses new ones. Queries and mutations continue. */
    drain: (): void => {
      draining = true
      for (const { isStream, end } of answering) if (isStream) end.abort(unavailable())
    },
  }
}

export type HttpLane = ReturnType<typeof overHttp>
