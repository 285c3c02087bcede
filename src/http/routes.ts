import type { IncomingMessage, ServerResponse } from 'node:http'
import { CodedError } from '../errors.js'
import type { MaskError } from '../graphql/mask.js'
import type { Observe } from '../lib/observedOperation.js'
import { answerError, answerJson, answerText } from './answer.js'
import type { Origins } from './origin.js'
import type { HttpLane } from './overHttp.js'
import { type Explorer, type Headers, type Page, pageAt, securityHeaders, setHeaders } from './page.js'
import type { RateLimit } from './rateLimit.js'
import { observedIdsOf, REQUEST_ID, requestIdOf } from './requestIds.js'
import { urlOf } from './target.js'

const graphqlHeaders: Headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

export interface RoutesOptions {
  readonly graphql: HttpLane
  readonly explorer: Explorer | undefined
  readonly pages: readonly Page[]
  readonly ready: () => Promise<boolean>
  readonly isLeaving: () => boolean
  readonly origins: Origins
  /** Like `origins.isAllowed`, and tells the log of a page that is refused. */
  readonly mayCall: (req: IncomingMessage, how: 'CORS') => boolean
  readonly isLocalName: (req: IncomingMessage) => boolean
  readonly rates: RateLimit
  readonly addressOf: (req: IncomingMessage) => string
  readonly observe: Observe | undefined
  readonly mask: MaskError
}

export interface Routes {
  /** Answers a request by its path. Never rejects. */
  readonly answer: (req: IncomingMessage, res: ServerResponse) => Promise<void>
  /** Answers a request that is not HTTP as it should be. Node would answer it without a message and a request id. */
  readonly refuse: (req: IncomingMessage, res: ServerResponse, status: number, message: string) => void
}

/** Which path is answered by what: the API, health checks, GraphiQL and the pages. */
export function routesOf({
  graphql,
  explorer,
  pages,
  ready,
  isLeaving,
  origins,
  mayCall,
  isLocalName,
  rates,
  addressOf,
  observe,
  mask,
}: RoutesOptions): Routes {
  /** @param page the path or the prefix under which the page is registered: the path of the request may be a secret */
  const observePage =
    observe &&
    ((req: IncomingMessage, res: ServerResponse, page: string | undefined): void => {
      const observed = observe(observedIdsOf(req), 'page')
      observed.page = page
      res.once('close', () => {
        observed.hasLeft = !res.writableFinished
        observed.status = res.headersSent ? res.statusCode : undefined
        observed.finish()
      })
    })

  const serveGraphql = async (req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> => {
    const requestId = requestIdOf(req)
    if (explorer?.isFor(req)) {
      res.setHeader(REQUEST_ID, requestId)
      observePage?.(req, res, url.pathname)
      return explorer.page(req, res)
    }
    const headers = {
      ...graphqlHeaders,
      ...origins.headersFor(req, mayCall(req, 'CORS')),
      [REQUEST_ID]: requestId,
    }
    if (req.method === 'OPTIONS') return void res.writeHead(204, headers).end()
    await graphql.serve(req, res, { url, address: addressOf(req), headers })
  }

  const serveReady = async (res: ServerResponse): Promise<void> => {
    const isReady = !isLeaving() && (await ready().catch(() => false))
    answerJson(res, isReady ? 200 : 503, { ready: isReady })
  }

  const servePage = async (req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> => {
    setHeaders(res, securityHeaders)
    const page = pageAt(pages, url.pathname)
    observePage?.(req, res, page && ('path' in page ? page.path : page.prefix))
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
    // Not with `setHeader`: see `graphql.serve`.
    if (url.pathname === '/graphql') return serveGraphql(req, res, url)
    res.setHeader(REQUEST_ID, requestIdOf(req))
    switch (url.pathname) {
      case '/health':
        return answerJson(res, 200, { healthy: true })
      case '/ready':
        return serveReady(res)
      default:
        if (explorer?.isAsset(url.pathname)) {
          observePage?.(req, res, '/graphql/assets/')
          return explorer.asset(req, res, url.pathname)
        }
        return servePage(req, res, url)
    }
  }

  const refuse: Routes['refuse'] = (req, res, status, message) => {
    observePage?.(req, res, undefined)
    res.setHeader(REQUEST_ID, requestIdOf(req))
    const http = { status, headers: { connection: 'close' } }
    answerError(req, res, new CodedError('BAD_USER_INPUT', message, { http }))
  }

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    try {
      if (req.headers.host === undefined && req.httpVersion === '1.1')
        return refuse(req, res, 400, 'The request has no Host header.')
      const url = urlOf(req)
      if (url !== undefined) return await route(req, res, url)
      observePage?.(req, res, undefined)
      res.setHeader(REQUEST_ID, requestIdOf(req))
      answerText(res, 404, 'Not found\n')
    } catch (error) {
      mask(error, requestIdOf(req))
      if (res.headersSent) return void res.destroy()
      res.setHeader(REQUEST_ID, requestIdOf(req))
      answerText(res, 500, 'Something went wrong. Try again in a moment.\n')
    }
  }

  return { answer, refuse }
}
