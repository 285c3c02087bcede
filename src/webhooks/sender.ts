import type { IncomingHttpHeaders } from 'node:http'
import { LRUCache } from 'lru-cache'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { errorCode } from '../lib/errorCode.js'
import { type AddressGuard, ForbiddenAddress, reachOf, UnknownHost } from './addressGuard.js'

/** What came of one attempt to post a message. */
export interface Outcome {
  /** The HTTP status of the answer. Null if there was none. */
  status: number | null
  /** Why it was not accepted, in words. Null if it was. */
  error: string | null
  /** How long the endpoint asks to wait, ms. */
  retryAfterMs: number | null
}

interface Message {
  url: string
  headers: Record<string, string>
  body: string
}

export interface Sender {
  /** Posts once. It never throws, and takes ten seconds at most. */
  post(message: Message, signal: AbortSignal): Promise<Outcome>
  close(): Promise<void>
}

const WITHIN_MS = 10_000
/** So much of an answer is read, to use the connection again. Nobody is shown it. */
const ANSWER_BYTES = 4_096
/** How long the rest of an answer may take, once its status is known. */
const REST_WITHIN_MS = 1_000
const CONNECTIONS_PER_HOST = 16
const MAX_PROXY_AGENTS = 200
const MAX_KNOWN_ROUTES = 1_000

const common = {
  connections: CONNECTIONS_PER_HOST,
  pipelining: 1,
  keepAliveTimeout: 4_000,
  // An endpoint can't keep a connection for longer, whatever it says.
  keepAliveMaxTimeout: 30_000,
  headersTimeout: WITHIN_MS,
  bodyTimeout: WITHIN_MS,
} as const

const ownHeaders = { 'content-type': 'application/json', 'user-agent': 'Guildhall' }

/**
 * Posts messages to endpoints. The address of the host is checked, and the connection goes to that very address. TLS is
 * verified for the name. Redirects are not followed.
 * @param options.proxy an HTTP proxy for all https connections. It is told the checked address, never the name.
 * @param options.ca accepted instead of the well-known certificate authorities
 */
export function openSender({
  guard,
  proxy,
  ca,
}: {
  guard: AddressGuard
  proxy?: string | undefined
  ca?: string | undefined
}): Sender {
  const agents = {
    public: new Agent({ ...common, connect: { timeout: WITHIN_MS, lookup: guard.lookup('public'), ca } }),
    loopback: new Agent({ ...common, connect: { timeout: WITHIN_MS, lookup: guard.lookup('loopback') } }),
  }
  const proxyAgents = new LRUCache<string, ProxyAgent>({
    max: MAX_PROXY_AGENTS,
    dispose: (agent) => void agent.close().catch(() => {}),
  })

  const byProxy = async (uri: string, url: URL): Promise<Route> => {
    const [{ address, family }] = await guard.addressesOf(url.hostname, 'public')
    const name = url.hostname.replace(/^\[(.*)\]$/, '$1')
    let agent = proxyAgents.get(name)
    if (!agent) {
      agent = new ProxyAgent({ ...common, uri, requestTls: { servername: name, ca } })
      proxyAgents.set(name, agent)
    }
    const target = new URL(url)
    target.hostname = family === 6 ? `[${address}]` : address
    return { origin: target.origin, path: pathOf(url), dispatcher: agent, host: url.host }
  }

  /** Without a proxy a route stays the same: the host's address is looked up by each new connection. */
  const direct = new LRUCache<string, Route>({ max: MAX_KNOWN_ROUTES })

  const routeOf = (text: string): Route | Promise<Route> => {
    const known = direct.get(text)
    if (known) return known
    const url = new URL(text)
    const reach = reachOf(url)
    if (proxy !== undefined && reach === 'public') return byProxy(proxy, url)
    guard.checkLiteral(url.hostname, reach)
    const route = { origin: url.origin, path: pathOf(url), dispatcher: agents[reach] }
    direct.set(text, route)
    return route
  }

  const send = async ({ url, headers, body }: Message, answer: Answer): Promise<void> => {
    const { origin, path, dispatcher, host } = await routeOf(url)
    // A look-up can't be cancelled, but nobody may wait for it any longer.
    if (answer.isOver) return
    const all = { ...ownHeaders, ...headers, ...(host && { host }) }
    dispatcher.dispatch({ origin, path, method: 'POST', headers: all, body }, answer)
  }

  return {
    post(message, signal) {
      const answer = new Answer(signal)
      send(message, answer).catch((error) => answer.fail(error))
      return answer.outcome
    },
    async close() {
      proxyAgents.clear()
      await Promise.all([agents.public.destroy(), agents.loopback.destroy()])
    },
  }
}

/** How a message gets to its endpoint. */
interface Route {
  origin: string
  path: string
  dispatcher: Dispatcher
  /** The header, if it is not the origin's. */
  host?: string
}

const pathOf = ({ pathname, search }: URL): string => pathname + search

/**
 * Waits for the answer to one message. It is a handler of undici's own, because `request` makes a stream of each answer,
 * which costs more than all the rest.
 */
class Answer implements Dispatcher.DispatchHandler {
  readonly outcome: Promise<Outcome>
  isOver = false
  private status: number | null = null
  private retryAfter: string | string[] | undefined
  private bytes = 0
  private request: Dispatcher.DispatchController | undefined
  private timer: NodeJS.Timeout
  private resolve: (outcome: Outcome) => void = () => {}
  private readonly abort = () => this.fail(this.signal.reason)

  constructor(private readonly signal: AbortSignal) {
    this.outcome = new Promise((resolve) => {
      this.resolve = resolve
    })
    this.timer = setTimeout(() => this.fail(new DOMException('too late', 'TimeoutError')), WITHIN_MS)
    if (signal.aborted) this.abort()
    else signal.addEventListener('abort', this.abort)
  }

  onRequestStart(request: Dispatcher.DispatchController): void {
    this.request = request
    if (this.isOver) request.abort(new Error('nobody waits for an answer'))
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    // An interim answer, such as 103.
    if (status < 200) return
    this.status = status
    this.retryAfter = headers['retry-after']
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.fail(), REST_WITHIN_MS)
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.bytes += chunk.length
    if (this.bytes > ANSWER_BYTES) this.fail()
  }

  onResponseEnd(): void {
    this.end()
  }

  onResponseError(_: unknown, error: Error): void {
    this.end(error)
  }

  /** Waits no longer, and closes the connection. @param error why there is no status */
  fail(error?: unknown): void {
    this.end(error)
    this.request?.abort(new Error('nobody waits for an answer'))
  }

  private end(error?: unknown): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.timer)
    this.signal.removeEventListener('abort', this.abort)
    this.resolve(
      this.status === null
        ? { status: null, error: inWords(error), retryAfterMs: null }
        : outcomeOf(this.status, this.retryAfter),
    )
  }
}

function outcomeOf(status: number, retryAfter: string | string[] | undefined): Outcome {
  if (status >= 200 && status < 300) return { status, error: null, retryAfterMs: null }
  const error =
    status >= 300 && status < 400
      ? `The endpoint answered with the redirect ${status}, which is not followed.`
      : `The endpoint answered with the status ${status}.`
  return { status, error, retryAfterMs: retryAfterOf(retryAfter) }
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
export function retryAfterOf(header: string | string[] | undefined, now = Date.now()): number | null {
  const text = Array.isArray(header) ? header[0] : header
  if (text === undefined) return null
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const at = text.length <= 40 && text.endsWith(' GMT') ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

const connectionErrors: Record<string, string> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was closed.',
  UND_ERR_SOCKET: 'The connection was closed.',
  EPIPE: 'The connection was closed.',
  EHOSTUNREACH: 'The host can’t be reached.',
  ENETUNREACH: 'The host can’t be reached.',
  EADDRNOTAVAIL: 'The host can’t be reached.',
}

const timeouts = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

/** The reason of a failed connection. It never repeats what the endpoint sent. */
function inWords(error: unknown): string {
  const causes = causesOf(error)
  const known = causes.find((one) => one instanceof ForbiddenAddress || one instanceof UnknownHost)
  if (known instanceof Error) return known.message
  if (causes.some((one) => one instanceof Error && one.name === 'TimeoutError'))
    return `No answer within ${WITHIN_MS / 1_000} seconds.`
  const codes = causes.map((one) => errorCode(one) ?? '')
  if (codes.some((code) => timeouts.has(code))) return `No answer within ${WITHIN_MS / 1_000} seconds.`
  const code = codes.find((one) => one in connectionErrors)
  if (code !== undefined) return connectionErrors[code] ?? code
  const tls = codes.find((one) => /CERT|TLS|SSL|SIGNATURE|CRL|EPROTO/.test(one))
  if (tls !== undefined) return `TLS failed: ${tls}.`
  return codes[0] ? `The connection failed: ${codes[0]}.` : 'The connection failed.'
}

/** An error and what caused it. With several addresses of a host there are several causes. */
function causesOf(error: unknown, depth = 0): unknown[] {
  if (depth > 4 || !(error instanceof Error)) return [error]
  const inner =
    error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause]
  return [error, ...inner.flatMap((one) => causesOf(one, depth + 1))]
}
