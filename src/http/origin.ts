import type { IncomingMessage } from 'node:http'
import type { Headers } from './page.js'
import { REQUEST_ID } from './requestIds.js'

const dependsOnOrigin: Headers = { vary: 'Origin' }

/** Whether a Host header names the host of a URL. The scheme's default port may be left out. */
export const isHostOf = (origin: URL, host: string): boolean => {
  // Only characters of a host: a URL parser must not read more into it.
  if (!/^[\w.:[\]-]+$/.test(host)) return false
  const url = `${origin.protocol}//${host}`
  return URL.canParse(url) && new URL(url).host === origin.host
}

/**
 * `https://*.example.com` matches all subdomains with the same scheme and port, as in a content security policy, but
 * not the domain itself.
 */
const wildcardOf = (pattern: string) => {
  const [scheme = '', domainAndPort = ''] = pattern.split('*')
  return (origin: string): boolean =>
    origin.startsWith(scheme) &&
    origin.endsWith(domainAndPort) &&
    origin.length > scheme.length + domainAndPort.length
}

/**
 * Decides which web pages may call the API (contract §1): pages of the server's own host, of APP_URL and of
 * ALLOWED_ORIGINS. A request without Origin is not from a browser, or is same-origin.
 */
export const originPolicy = ({
  allowedOrigins,
  appUrl,
}: {
  allowedOrigins: readonly string[]
  appUrl: string | undefined
}) => {
  const allowed = new Set(allowedOrigins.filter((origin) => !origin.includes('*')))
  if (appUrl !== undefined) allowed.add(new URL(appUrl).origin)
  const wildcards = allowedOrigins.filter((origin) => origin.includes('*')).map(wildcardOf)

  const isAllowed = ({ headers: { origin, host } }: Pick<IncomingMessage, 'headers'>): boolean => {
    if (origin === undefined || allowed.has(origin)) return true
    const isWeb = /^https?:\/\/[^*]+$/.test(origin)
    const url = isWeb && URL.canParse(origin) ? new URL(origin) : undefined
    if (url === undefined) return false
    // Only in the form that browsers send: other texts could begin and end like the wildcard too.
    if (url.origin === origin && wildcards.some((matches) => matches(origin))) return true
    // Compares the host only: behind a proxy that terminates TLS the scheme is unknown.
    return host !== undefined && isHostOf(url, host)
  }

  /** The CORS headers of an answer. Without allow-credentials: bearer tokens do not need it. */
  const headersFor = (req: IncomingMessage, allowed: boolean): Headers => {
    const { origin } = req.headers
    if (origin === undefined || !allowed) return dependsOnOrigin
    const headers = {
      ...dependsOnOrigin,
      'access-control-allow-origin': origin,
      'access-control-expose-headers': `retry-after, ${REQUEST_ID}`,
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

export type Origins = ReturnType<typeof originPolicy>
