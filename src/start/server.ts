import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { GraphQLError, GraphQLSchema } from 'graphql'
import { compiledExecutor } from '../accelerator/executor/executor.js'
import { sharedStreams } from '../accelerator/sharedStreams/sharedStreams.js'
import { graphqlEngine } from '../graphql/engine.js'
import { limitAnswer } from '../graphql/limits/answerSize.js'
import { keptDocuments } from '../graphql/limits/documents.js'
import { inputChecker } from '../graphql/limits/inputLimits.js'
import { streamDocuments } from '../graphql/limits/streamDocuments.js'
import { maskError } from '../graphql/mask.js'
import { clientAddress } from '../http/address.js'
import { admission } from '../http/admission.js'
import { answerJson, answerText, outward } from '../http/answer.js'
import type { Callers } from '../http/callers.js'
import { explainClientErrors } from '../http/clientErrors.js'
import { deadline } from '../http/deadline.js'
import { entrance } from '../http/entrance.js'
import { asksByLocalName } from '../http/local.js'
import { originPolicy } from '../http/origin.js'
import { overHttp } from '../http/overHttp.js'
import { overWebSocket } from '../http/overWebSocket.js'
import { ownUrl } from '../http/ownUrl.js'
import { type Headers, type Page, pageAt, securityHeaders, setHeaders } from '../http/page.js'
import { rateLimit } from '../http/rateLimit.js'
import { Request } from '../http/request.js'
import { cutSlowReaders } from '../http/slowReaders.js'
import { urlOf } from '../http/target.js'
import { UnderWay } from '../http/underWay.js'
import { cleanText } from '../lib/cleanText.js'
import type { Log } from '../lib/log.js'
import { packageRoot } from '../lib/packageRoot.js'
import { sayOncePerMinute } from '../lib/sayOncePerMinute.js'
import { graphiql } from '../pages/graphiql.js'
import type { Settings } from '../settings/settings.js'

export interface ServerParts<Caller, Context extends object> {
  readonly settings: Pick<Settings, 'accelerator' | 'http' | 'limits' | 'production'>
  readonly schema: GraphQLSchema
  readonly log: Log
  readonly callers: Callers<Caller, Context>
  /** Whether the server can do its work: `GET /ready` asks it each time. False and throwing are the same. */
  readonly ready: () => Promise<boolean>
  /** Whether what the server needs gives no answer: then nobody waits for it longer than 5 s. */
  readonly isStalled?: () => boolean
  /** What is shown beside /graphql, /health and /ready. The first that matches a path answers. */
  readonly pages?: readonly Page[]
  /** Turns the domain's own errors into coded ones; what it leaves undefined is masked. */
  readonly translateError?: (root: unknown) => GraphQLError | undefined
  /** Whether an error says that the database is away; it logs that. */
  readonly isDatabaseAway?: ((root: unknown) => boolean) | undefined
  /** The folder that the build of GraphiQL fills; looked at only where GRAPHIQL is on. */
  readonly graphiqlDirectory?: string
  /** How long a client may take nothing of its answer before its connection is cut off, ms. */
  readonly slowReaderMs?: number
  /** How often sockets are pinged, ms: a half-open one is closed within twice that. */
  readonly keepAliveMs?: number
  /** How long an open socket may take to say `connection_init`: its client may have to fetch a token first, ms. */
  readonly initWithinMs?: number
}

export interface Server {
  /** Rejects where the address is taken or not this machine's. */
  readonly listen: () => Promise<{ url: string }>
  /** Takes nothing new, finishes what is under way within the grace time, ends streams. May be called twice. */
  readonly close: () => Promise<void>
}

/** A request whose headers or body come slower than this is not worth a connection, ms. */
const HEADERS_MS = 10_000
const REQUEST_MS = 30_000
/** How often Node looks for those: so much later they may be noticed, ms. */
const LOOK_EVERY_MS = 1_000
/** Longer than the idle time of common load balancers, which otherwise send into a closing connection, ms. */
const IDLE_MS = 65_000

/** New connections that wait to be taken. Beyond them the system leaves clients without any answer. */
const BACKLOG = 4_096

const graphqlHeaders: Headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

const refuse = (socket: Duplex, status: string): void => {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

/** One server for GraphQL over HTTP, SSE and WebSocket, for health and for pages. */
export const createServer = <Caller, Context extends object>({
  settings: { accelerator, http, limits },
  schema,
  log,
  callers,
  ready,
  isStalled = () => false,
  pages = [],
  translateError,
  isDatabaseAway,
  graphiqlDirectory = join(packageRoot(), 'dist', 'graphiql'),
  slowReaderMs = 30_000,
  keepAliveMs = 12_000,
  initWithinMs = 20_000,
}: ServerParts<Caller, Context>): Server => {
  const mask = maskError(log, translateError, isDatabaseAway)
  const documents = keptDocuments()
  const heldByStreams = streamDocuments()
  const engine = graphqlEngine({
    schema,
    limits,
    introspection: http.introspection,
    mask,
    documents,
    plugins: [
      ...(accelerator.includes('streams')
        ? [sharedStreams((error) => outward(mask(error)), limitAnswer(limits.responseBytes))]
        : []),
      ...(accelerator.includes('executor')
        ? [compiledExecutor({ schema, maxBytes: limits.responseBytes, log })]
        : []),
    ],
  })
  const checkInput = inputChecker(limits.stringLength)
  const sayRefused = sayOncePerMinute('too many requests from one address', log, 'info')
  const rates = rateLimit(limits.ratePerAddress, undefined, (address) => sayRefused(address, { address }))
  const admitted = admission(limits, sayOncePerMinute('refused operations: there is too much to do', log))
  const entry = entrance(callers, rates)
  const origins = originPolicy(http)
  const sayForeign = sayOncePerMinute(
    'refused a web page of another origin; if it is yours, add its origin to ALLOWED_ORIGINS',
    log,
  )
  const mayCall = (req: IncomingMessage, how: 'CORS' | 'WebSocket'): boolean => {
    if (origins.isAllowed(req)) return true
    const { origin = '', host = '' } = req.headers
    sayForeign(how, { origin: cleanText(origin), host: cleanText(host) })
    return false
  }
  const isLocalName = asksByLocalName(http.appUrl)
  const addressOf = clientAddress(http.trustedProxies)
  const within = deadline(isStalled)
  const graphql = overHttp({
    deadline: within,
    engine,
    callers,
    entrance: entry,
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
    entrance: entry,
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

  const explorer = http.graphiql ? graphiql(graphiqlDirectory) : undefined

  let draining = false
  const answering = new UnderWay<ServerResponse>()
  /** What is done for requests, those too whose client has gone. */
  const handling = new UnderWay<Promise<void>>()

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
  const stopLookingAtReaders = cutSlowReaders(server, slowReaderMs)
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
    // A client that has gone left its connection closed, and maybe a mutation that is still at work.
    await Promise.race([Promise.all(handling), graceIsOver])
    clearTimeout(cutOff)
    webSocket.terminate()
    stopLookingAtReaders()
    admitted.stop()
    within.stop()
    await engine.dispose()
  }

  let closing: Promise<void> | undefined
  return { listen, close: () => (closing ??= shutDown()) }
}
