import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { GraphQLEngine } from '../graphql/engine.js'
import { inputChecker } from '../graphql/limits/inputLimits.js'
import { streamDocuments } from '../graphql/limits/streamDocuments.js'
import type { MaskError } from '../graphql/mask.js'
import { cleanText } from '../lib/cleanText.js'
import type { Log } from '../lib/log.js'
import { logOncePerMinute } from '../lib/logOncePerMinute.js'
import { ActiveSet } from './activeSet.js'
import { clientAddress, type TrustedProxies } from './address.js'
import { admission } from './admission.js'
import { answerJson, answerText } from './answer.js'
import { callerAccess } from './callerAccess.js'
import type { Callers } from './callers.js'
import { explainClientErrors } from './clientErrors.js'
import { deadline } from './deadline.js'
import { isLocalRequest } from './local.js'
import { originPolicy } from './origin.js'
import { overHttp } from './overHttp.js'
import { overWebSocket } from './overWebSocket.js'
import { ownUrl } from './ownUrl.js'
import { type Explorer, type Headers, type Page, pageAt, securityHeaders, setHeaders } from './page.js'
import { rateLimit } from './rateLimit.js'
import { Request } from './request.js'
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
  /** Accepts nothing new, ends streams, and lets running requests finish within the grace time. May be called twice. */
  readonly close: () => Promise<void>
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

const graphqlHeaders: Headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

const refuse = (socket: Duplex, status: string): void => {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
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
  pages,
  explorer,
  slowReaderMs = 30_000,
  keepAliveMs = 12_000,
  initWithinMs = 20_000,
}: HttpServerOptions<Caller, Context>): Server => {
  const heldByStreams = streamDocuments()
  const checkInput = inputChecker(limits.stringLength)
  const logRateLimited = logOncePerMinute('too many requests from one address', log, 'info')
  const rates = rateLimit(limits.ratePerAddress, undefined, (address) => logRateLimited(address, { address }))
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
  const isLocalName = isLocalRequest(http.appUrl)
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
    log,
    maxMessageBytes: limits.bodyBytes,
    maxBufferBytes: limits.socketBufferBytes,
    maxOperations: limits.operationsPerSocket,
    maxSocketsPerCaller: limits.socketsPerUser,
    keepAliveMs,
    initWithinMs,
  })

  let draining = false
  const answering = new ActiveSet<ServerResponse>()
  /** Handlers still running, including those whose client disconnected. */
  const handling = new ActiveSet<Promise<void>>()

  const serveGraphql = async (req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> => {
    if (explorer?.isFor(req)) return explorer.page(req, res)
    const headers = { ...graphqlHeaders, ...origins.headersFor(req, mayCall(req, 'CORS')) }
    if (req.method === 'OPTIONS') return void res.writeHead(204, headers).end()
    await graphql.serve(req, res, { url, address: addressOf(req), headers })
  }

  const serveReady = async (res: ServerResponse): Promise<void> => {
    const isReady = !draining && (await ready().catch(() => false))
    answerJson(res, isReady ? 200 : 503, { ready: isReady })
  }

  const servePage = async (req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> => {
    setHeaders(res, securityHeaders)
    const page = pageAt(pages, url.pathname)
    if (page === undefined) return answerText(res, 404, 'Not found\n')
    const address = addressOf(req)
    const waitMs = rates.count(address)
    if (waitMs > 0) {
      res.setHeader('retry-after', Math.ceil(waitMs / 1_000))
      return answerText(res, 429, 'Too many requests\n')
    }
    if (page.local && !(isLocalName(req) && origins.isAllowed(req)))
      return answerText(res, 403, 'Open this page under localhost, or set APP_URL to where you open it.\n')
    await page.handle(req, res, { url, address })
  }

  const route = (req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> | void => {
    switch (url.pathname) {
      case '/graphql':
        return serveGraphql(req, res, url)
      case '/health':
        return answerJson(res, 200, { healthy: true })
      case '/ready':
        return serveReady(res)
      default:
        if (explorer?.isAsset(url.pathname)) return explorer.asset(req, res, url.pathname)
        return servePage(req, res, url)
    }
  }

  const onRequest = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const answered = answering.add(res)
    if (draining) res.setHeader('connection', 'close')
    res.once('close', () => {
      answered()
      if (draining) server.closeIdleConnections()
    })
    try {
      const url = urlOf(req)
      if (url === undefined) return answerText(res, 404, 'Not found\n')
      await route(req, res, url)
    } catch (error) {
      mask(error)
      if (!res.headersSent) answerText(res, 500, 'Something went wrong on our side\n')
      else res.destroy()
    }
  }

  const handle = (req: IncomingMessage, res: ServerResponse): void => {
    const handled = onRequest(req, res)
    handled.finally(handling.add(handled))
  }

  const onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (draining) return refuse(socket, '503 Service Unavailable')
    if (urlOf(req)?.pathname !== '/graphql') return refuse(socket, '404 Not Found')
    if (!mayCall(req, 'WebSocket')) return refuse(socket, '403 Forbidden')
    const address = addressOf(req)
    if (rates.count(address) > 0) return refuse(socket, '429 Too Many Requests')
    webSocket.upgrade(req, socket, head, address)
  }

  const server = createHttpServer(
    {
      IncomingMessage: Request,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: LOOK_EVERY_MS,
      keepAliveTimeout: IDLE_MS,
    },
    handle,
  )
  server.on('upgrade', onUpgrade)
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
  return { listen, close: () => (closing ??= shutDown()) }
}
