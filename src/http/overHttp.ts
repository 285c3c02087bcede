import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DocumentNode } from 'graphql'
import { CodedError, rateLimited, unavailable } from '../errors.js'
import type { GraphQLEngine } from '../graphql/engine.js'
import type { CheckInput } from '../graphql/limits/inputLimits.js'
import type { StreamDocuments } from '../graphql/limits/streamDocuments.js'
import type { MaskError } from '../graphql/mask.js'
import { acceptsAnswers, acceptsStreams } from './accept.js'
import type { Admission, Place } from './admission.js'
import { answerError } from './answer.js'
import { answerPost } from './answerPost.js'
import { readBody } from './body.js'
import { type Callers, credentialIn } from './callers.js'
import type { Deadline } from './deadline.js'
import type { Entrance } from './entrance.js'
import { type Headers, setHeaders, type Visit } from './page.js'
import { type GraphQLParams, paramsOfBody, paramsOfQuery } from './params.js'
import { tally } from './tally.js'
import { UnderWay } from './underWay.js'

const methodNotAllowed = () =>
  new CodedError('BAD_USER_INPUT', 'GraphQL is asked by GET or POST.', {
    http: { status: 405, headers: { allow: 'GET, POST, OPTIONS' } },
  })

/** Only what no form of a browser can send unasked: so a foreign page can't make anybody's browser act. */
const notJson = () =>
  new CodedError('BAD_USER_INPUT', 'Send the request as application/json.', {
    http: { status: 415, headers: { 'accept-post': 'application/json' } },
  })

/** In JSON's own charset alone (RFC 8259, 8.1): in another it would be read as something that it isn't. */
const isJson = ({ headers }: IncomingMessage) => {
  const parts = (headers['content-type'] ?? '').toLowerCase().split(';')
  const [type, ...parameters] = parts.map((part) => part.trim())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  return type === 'application/json' && (charset === undefined || /^charset="?utf-?8"?$/.test(charset))
}

/** Before anything runs: else a mutation would be done whose answer nobody takes. */
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

/** A request that is not answered yet. */
interface Answering {
  readonly end: AbortController
  isStream: boolean
  /** Of a stream: nothing of its document is needed any more. */
  letGo: () => void
}

/**
 * GraphQL over HTTP and SSE (contract §1). Reads and checks the request itself, finds out who asks,
 * and leaves the operation and the shape of its answer to Yoga.
 */
export const overHttp = <Caller, Context extends object>({
  engine,
  callers,
  entrance,
  admission,
  streamDocuments,
  checkInput,
  maxBodyBytes,
  maxStreamsPerCaller,
  mask,
  deadline,
}: {
  engine: GraphQLEngine
  callers: Pick<Callers<Caller, Context>, 'contextOf'>
  entrance: Entrance<Caller>
  admission: Admission
  streamDocuments: StreamDocuments
  checkInput: CheckInput
  maxBodyBytes: number
  maxStreamsPerCaller: number
  mask: MaskError
  deadline: Deadline
}) => {
  const answering = new UnderWay<Answering>()
  const streamsOf = tally<Answering>(maxStreamsPerCaller)
  let draining = false

  const read = async (req: IncomingMessage, url: URL): Promise<GraphQLParams> => {
    if (req.method === 'GET') return paramsOfQuery(url.searchParams)
    if (req.method !== 'POST') throw methodNotAllowed()
    if (!isJson(req)) throw notJson()
    // Yoga takes a body that was read before it, as it does behind frameworks that parse bodies.
    const body = paramsOfBody(await readBody(req, maxBodyBytes))
    Object.assign(req, { body })
    return body
  }

  const admitStream =
    (answer: Answering, place: Place, caller: string, res: ServerResponse) => (document: DocumentNode) => {
      if (draining) return unavailable()
      if (!acceptsStreams(res.req.headers.accept)) return noStream()
      if (!streamsOf.add(caller, answer))
        return new CodedError('RATE_LIMITED', `At most ${maxStreamsPerCaller} streams may be open at once.`)
      try {
        answer.letGo = streamDocuments.hold(document, caller)
      } catch (refusal) {
        return mask(refusal)
      }
      answer.isStream = true
      // By default nginx holds an answer back until it has a buffer full of it.
      res.setHeader('x-accel-buffering', 'no')
      place.leave()
      return undefined
    }

  const serve = async (
    req: IncomingMessage,
    res: ServerResponse,
    { url, address, headers }: Visit & { headers: Headers },
  ): Promise<void> => {
    const answer: Answering = { end: new AbortController(), isStream: false, letGo: () => {} }
    // Not the signal of `end`: that one is only made for those who ask for it.
    let hasLeft = false
    let place: Place | undefined
    let isDone = false
    const answered = answering.add(answer)
    res.once('close', () => {
      // Nobody waits any more: where all was sent there is nothing left to end, and aborting isn't free.
      if (!res.writableFinished) {
        hasLeft = true
        answer.end.abort()
      }
      answered()
      streamsOf.remove(answer)
      answer.letGo()
      if (isDone) place?.leave()
    })
    try {
      const credential = { authorization: credentialIn(req.headers.authorization), address }
      const waitMs = entrance.count(credential)
      if (waitMs > 0) throw rateLimited(waitMs)
      admission.checkRoom()
      const params = await read(req, url)
      checkInput(params)
      const begunAt = performance.now()
      place = admission.enter(entrance.credentialKey(credential))
      await place.turn()
      // What nobody waits for any more isn't begun.
      if (hasLeft) return
      const caller = await deadline.keep(entrance.identify(credential), begunAt)
      if (hasLeft) return
      const key = entrance.callerKey(caller, credential)
      place.belongsTo(key)
      const edge = { end: answer.end, address, params, admitStream: admitStream(answer, place, key, res) }
      const openContext = () => ({ ...callers.contextOf(caller), edge })
      // The headers are handed on: setting them one by one costs a small answer a fifth of its time.
      const posted = answerPost(engine, { req, res, params, context: openContext, headers, mask })
      if (await deadline.keep(posted, begunAt)) return
      if (!acceptsAnswers(req.headers.accept)) throw notAcceptable()
      setHeaders(res, headers)
      await deadline.keep(engine(req, res, openContext()), begunAt)
    } catch (thrown) {
      if (!res.headersSent) setHeaders(res, headers)
      answerError(req, res, mask(thrown))
    } finally {
      isDone = true
      place?.worked()
      if (res.closed || res.destroyed) place?.leave()
    }
  }

  return {
    serve,
    /** Completes every stream and admits no new ones; other answers go on. */
    drain: (): void => {
      draining = true
      for (const { isStream, end } of answering) if (isStream) end.abort()
    },
  }
}
