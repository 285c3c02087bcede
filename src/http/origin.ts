import type { IncomingMessage, ServerResponse } from 'node:http'

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

  /** Sets the CORS headers that this request has a right to, if any. Bearer tokens need no credentials. */
  const grant = (req: IncomingMessage, res: ServerResponse): void => {
    res.setHeader('vary', 'Origin')
    const { origin } = req.headers
    if (origin === undefined || !isAllowed(req)) return
    res.setHeader('access-control-allow-origin', origin)
    res.setHeader('access-control-expose-headers', 'retry-after')
    if (req.method !== 'OPTIONS') return
    res.setHeader('access-control-allow-methods', 'GET, POST')
    res.setHeader('access-control-allow-headers', req.headers['access-control-request-headers'] ?? '')
    res.setHeader('access-control-max-age', '600')
  }

  return { isAllowed, grant }
}
