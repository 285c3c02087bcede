import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerText } from '../http/answer.js'
import { securityHeaders, setHeaders } from '../http/page.js'
import { readWebFiles, sendFile } from './web/files.js'

const BASE = '/graphql/'
const ASSETS = `${BASE}assets/`
const YEAR_S = 31_536_000

/** The editor adds inline styles. Scripts come from our own bundle only. */
const headers = {
  ...securityHeaders,
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
}

/**
 * GraphiQL for people who open /graphql in a browser (contract §1). The build has bundled and compressed it; it is read
 * once at the start. It contains no user data, so it may be cached.
 */
export const graphiql = (directory: string) => {
  const files = readWebFiles(directory)

  return {
    isFor: ({ method, headers: { accept } }: IncomingMessage): boolean =>
      (method === 'GET' || method === 'HEAD') && accept !== undefined && accept.includes('text/html'),

    page: (req: IncomingMessage, res: ServerResponse) => {
      setHeaders(res, headers)
      const file = files.get('index.html')
      if (file === undefined) return answerText(res, 503, 'GraphiQL is not built: run npm run build\n')
      // The API answers at the same path. The Accept header decides.
      res.setHeader('vary', 'accept')
      sendFile(req, res, file, 'no-cache')
    },

    isAsset: (path: string): boolean => path.startsWith(ASSETS),

    asset: (req: IncomingMessage, res: ServerResponse, path: string) => {
      setHeaders(res, headers)
      const file = files.get(path.slice(BASE.length))
      if (file === undefined) return answerText(res, 404, 'Not found\n')
      if (req.method !== 'GET' && req.method !== 'HEAD')
        return answerText(res, 405, 'This file can only be read.\n')
      sendFile(req, res, file, `public, max-age=${YEAR_S}, immutable`)
    },
  }
}
