import type { IncomingMessage } from 'node:http'
import type { Headers } from './pages.js'

const dependsOnOrigin: Headers = { vary: 'Origin' }

/**
 * Whether a request may come from the web page that it comes from. No Origin: not a browser, or not
 * across origins. The server's own host always may; beyond it those of ALLOWED_ORIGINS (contract §1).
 */
export const originPolicy = ({
  allowedOrigins,
  appUrl,
}: {
  allowedOrigins: readonly string[]
  appUrl: string | undefined
}) => {
  const allowed = new Set(allowedOrigins)
  if (appUrl !== undefined) allowed.add(new URL(appUrl).origin)

  const isAllowed = (req: IncomingMessage): boolean => {
    const { origin, host } = req.headers
    if (origin === undefined || allowed.has(origin)) return true
    // By host alone: behind a proxy that ends TLS the scheme is not known here.
    return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
  }

  /** The CORS headers that an answer to this request may carry. Bearer tokens need no credentials. */
  const headersFor = (req: IncomingMessage): Headers => {
    const { origin } = req.headers
    if (origin === undefined || !isAllowed(req)) return dependsOnOrigin
    const headers = {
      ...dependsOnOrigin,
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'retry-after',
    }
    if (req.method !== 'OPTIONS') return headers
    return {
      ...headers,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': req.headers['access-control-request-headers'] ?? '',
      'access-control-max-age': '600',
    }
  }

  return { isAllowed, headersFor }
}
