import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { GraphQLEngine } from '../graphql/engine.js'
import { inputChecker } from '../graphql/limits/inputLimits.js'
import { streamDocuments } from '../graphql/limits/streamDocuments.js'
import type { MaskError } from '../graphql/mask.js'
import { httpRequests, limitMet } from '../lib/channels.js'
import { cleanText } from '../lib/cleanText.js'
import type { Log } from '../lib/log.js'
import { logOncePerMinute } from '../lib/logOncePerMinute.js'
import { type OperationObserver, observeFor } from '../lib/observedOperation.js'
import { ActiveSet } from './activeSet.js'
import { clientAddress, type TrustedProxies } from './address.js'
import { admission } from './admission.js'
import { callerAccess } from './callerAccess.js'
import type { Callers } from './callers.js'
import { explainClientErrors } from './clientErrors.js'
import { deadline } from './deadline.js'
import { isLocalRequest } from './local.js'
import { originPolicy } from './origin.js'
import { overHttp } from './overHttp.js'
import { overWebSocket } from './overWebSocket.js'
import { ownUrl } from './ownUrl.js'
import type { Explorer, Page } from './page.js'
import { rateLimit } from './rateLimit.js'
import { Request } from './request.js'
import { observedIdsOf, REQUEST_ID, requestIdOf } from './requestIds.js'
import { routesOf } from './routes.js'
import { closeSlowReaders } from './slowReaders.js'
import { urlOf } from './target.js'

interface HttpSettings {
  readonly port: number
  readonly host: string
  readonly appUrl: string | undefined
  readonly allowedOrigins: readonly string[]
  readonly trustedProxies: TrustedProxies | undefined
  readonly shutdownGraceMs: number
}

interface HttpLimits {
  readonly bodyBytes: number
  readonly stringLength: number
  readonly inFlight: number
  readonly inFlightPerCaller: number
  readonly ratePerAddress: number
  readonly operationsPerSocket: number
  readonly socketsPerUser: number
  readonly socketBufferBytes: number
}

export interface HttpServerOptions<Caller, Context extends object> {
  readonly settings: { readonly http: HttpSettings; readonly limits: HttpLimits }
  readonly engine: GraphQLEngine
  readonly mask: MaskError
  readonly log: Log
  readonly callers: Callers<Caller, Context>
  /** Whether the server can work. `GET /ready` calls it each time. If it throws, the server is not ready. */
  readonly ready: () => Promise<boolean>
  /** Whether the database does not answer. While it doesn't, no request waits longer than 5 s. */
  readonly isStalled: () => boolean
  /** What wants to know of operations: the access log, metrics. */
  readonly observers?: readonly OperationObserver[] | undefined
  /** Pages beside /graphql, /health and /ready. The first page that matches the path answers. */
  readonly pages: readonly Page[]
  /** GraphiQL, shown to browsers at /graphql. */
  readonly explorer: Explorer | undefined
  /** A connection is closed if its client reads nothing of an answer for this long, ms. */
  readonly slowReaderMs?: number | undefined
  /** How often sockets are pinged, ms. A half-open socket is closed within twice that. */
  readonly keepAliveMs?: number | undefined
  /** How long a new socket may take to send `connection_init`, ms. Its client may have to fetch a token first. */
  readonly initWithinMs?: number | undefined
}

export interface Server {
  /** Rejects if the address is in use or does not belong to this machine. */
  readonly listen: () => Promise<{ url: string }>
  /**
   * From now on `/ready` answers 503, and each answer closes its connection, so that clients move to another server. The
   * server goes on accepting requests.
   */
  readonly leave: () => void
  /** Accepts nothing new, ends streams, and lets running requests finish within the grace time. May be called twice. */
  readonly close: () => Promise<void>
  readonly load: () => HttpLoad
}

/** What the server does at the moment. */
export interface HttpLoad {
  readonly webSockets: number
  /** Operations that run or wait. Open streams do not count. */
  readonly inFlight: number
  /** Those of them that wait for their turn. */
  readonly waiting: number
}

/** The headers of a request, and the whole request, must arrive within these times, ms. */
const HEADERS_MS = 10_000
const REQUEST_MS = 30_000
/** How often Node checks those two times, ms. */
const LOOK_EVERY_MS = 1_000
/**
 * How long an idle connection stays open, ms. Longer than the idle timeout of common load balancers: they must close
 * first.
 */
const IDLE_MS = 65_000

/** The most connections that may wait to be accepted. The system ignores further ones. */
const BACKLOG = 4_096

const refuse = (req: IncomingMessage, socket: Duplex, status: number): void => {
  socket.on('error', () => {})
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${REQUEST_ID}: ${requestIdOf(req)}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  )
}

/** One server for GraphQL over HTTP, SSE and WebSocket, for health checks and for pages. */
export const httpServer = <Caller, Context extends object>({
  settings: { http, limits },
  engine,
  mask,
  log,
  callers,
  ready,
  isStalled,
  observers = [],
  pages,
  explorer,
  slowReaderMs = 30_000,
  keepAliveMs = 12_000,
  initWithinMs = 20_000,
}: HttpServerOptions<Caller, Context>): Server => {
  const observe = observeFor(observers)
  const heldByStreams = streamDocuments()
  const checkInput = inputChecker(limits.stringLength)
  const logRateLimited = logOncePerMinute('too many requests from one address', log, 'info')
  const rates = rateLimit(limits.ratePerAddress, undefined, (address) => {
    limitMet.publish({ limit: 'requests_per_address' })
    logRateLimited(address, { address })
  })
  const admitted = admission(limits, logOncePerMinute('refused operations: the server is overloaded', log))
  const access = callerAccess(callers, rates)
  const origins = originPolicy(http)
  const logForeignOrigin = logOncePerMinute(
    'refused a web page of another origin; if it is yours, add its origin to ALLOWED_ORIGINS',
    log,
  )
  const mayCall = (req: IncomingMessage, how: 'CORS' | 'WebSocket'): boolean => {
    if (origins.isAllowed(req)) return true
    const { origin = '', host = '' } = req.headers
    logForeignOrigin(how, { origin: cleanText(origin), host: cleanText(host) })
    return false
  }
  const addressOf = clientAddress(http.trustedProxies)
  const within = deadline(isStalled)
  const graphql = overHttp({
    deadline: within,
    engine,
    callers,
    access,
    admission: admitted,
    streamDocuments: heldByStreams,
    checkInput,
    maxBodyBytes: limits.bodyBytes,
    maxStreamsPerCaller: limits.socketsPerUser,
    mask,
    observe,
  })
  const webSocket = overWebSocket({
    deadline: within,
    engine,
    callers,
    access,
    admission: admitted,
    streamDocuments: heldByStreams,
    checkInput,
    mask,
    observe,
    log,
    maxMessageBytes: limits.bodyBytes,
    maxBufferBytes: limits.socketBufferBytes,
    maxOperations: limits.operationsPerSocket,
    maxSocketsPerCaller: limits.socketsPerUser,
    keepAliveMs,
    initWithinMs,
  })

  let leaving = false
  let draining = false
  const answering = new ActiveSet<ServerResponse>()
  /** Handlers still running, including those whose client disconnected. */
  const handling = new ActiveSet<Promise<void>>()

  const routes = routesOf({
    graphql,
    explorer,
    pages,
    ready,
    isLeaving: () => leaving,
    origins,
    mayCall,
    isLocalName: isLocalRequest(http.appUrl),
    rates,
    addressOf,
    observe,
    mask,
  })

  const onRequest = (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const answered = answering.add(res)
    if (leaving) res.setHeader('connection', 'close')
    res.once('close', () => {
      answered()
      if (draining) server.closeIdleConnections()
    })
    return routes.answer(req, res)
  }

  const handle = (req: IncomingMessage, res: ServerResponse): void => {
    const handled = httpRequests.isWatched
      ? httpRequests.watch(
          {
            method: req.method ?? '',
            path: urlOf(req)?.pathname ?? '',
            headers: req.headers,
            statusCode: () => res.statusCode,
          },
          () => onRequest(req, res),
        )
      : onRequest(req, res)
    handled.finally(handling.add(handled))
  }

  const onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refuseWith = (status: number) => {
      refuse(req, socket, status)
      const observed = observe?.(observedIdsOf(req), 'page')
      if (observed === undefined) return
      observed.page = 'WebSocket'
      observed.status = status
      observed.finish()
    }
    if (draining) return refuseWith(503)
    if (urlOf(req)?.pathname !== '/graphql') return refuseWith(404)
    if (!mayCall(req, 'WebSocket')) return refuseWith(403)
    const address = addressOf(req)
    if (rates.count(address) > 0) return refuseWith(429)
    webSocket.upgrade(req, socket, head, address)
  }

  const server = createHttpServer(
    {
      IncomingMessage: Request,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: LOOK_EVERY_MS,
      keepAliveTimeout: IDLE_MS,
      requireHostHeader: false, // `onRequest` checks it
    },
    handle,
  )
  server.on('upgrade', onUpgrade)
  server.on('checkExpectation', (req, res) =>
    routes.refuse(req, res, 417, 'The server meets no expectation but 100-continue.'),
  )
  const stopCheckingReaders = closeSlowReaders(server, slowReaderMs)
  explainClientErrors(server, (socket) => {
    for (const res of answering) if (res.socket === socket && res.headersSent) return true
    return false
  })

  const listen = () =>
    new Promise<{ url: string }>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port: http.port, host: http.host, backlog: BACKLOG }, () => {
        server.off('error', reject)
        server.on('error', (error) => log.error({ err: error }, 'the HTTP server failed'))
        const { address, port } = server.address() as AddressInfo
        resolve({ url: ownUrl(address, port) })
      })
    })

  const shutDown = async (): Promise<void> => {
    leaving = true
    draining = true
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    graphql.drain()
    webSocket.drain()
    for (const res of answering) if (!res.headersSent) res.setHeader('connection', 'close')
    let cutOff: NodeJS.Timeout | undefined
    const graceIsOver = new Promise<void>((resolve) => {
      cutOff = setTimeout(() => {
        webSocket.terminate()
        server.closeAllConnections()
        resolve()
      }, http.shutdownGraceMs)
    })
    await closed
    // A handler may still run a mutation although its client has disconnected.
    await Promise.race([Promise.all(handling), graceIsOver])
    clearTimeout(cutOff)
    webSocket.terminate()
    stopCheckingReaders()
    admitted.stop()
    within.stop()
    await engine.dispose()
  }

  let closing: Promise<void> | undefined
  return {
    listen,
    leave() {
      leaving = true
    },
    close: () => (closing ??= shutDown()),
    load: () => ({ webSockets: webSocket.size(), ...admitted.load() }),
  }
}
