import type { IncomingMessage } from 'node:http'
import type { Headers } from './page.js'

const dependsOnOrigin: Headers = { vary: 'Origin' }

/** Whether a Host header has the host of a URL: a port that is the scheme's default is no difference. */
export const isHostOf = (origin: URL, host: string): boolean => {
  // Nothing that a URL parser would read as more than a host.
  if (!/^[\w.:[\]-]+$/.test(host)) return false
  const url = `${origin.protocol}//${host}`
  return URL.canParse(url) && new URL(url).host === origin.host
}

/**
 * `https://*.example.com`: any host below the domain, as in a content security policy, but not the domain itself, and
 * of the same scheme and port.
 */
const wildcardOf = (pattern: string) => {
  const [scheme = '', domainAndPort = ''] = pattern.split('*')
  return (origin: string): boolean =>
    origin.startsWith(scheme) &&
    origin.endsWith(domainAndPort) &&
    origin.length > scheme.length + domainAndPort.length
}

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
  const allowed = new Set(allowedOrigins.filter((origin) => !origin.includes('*')))
  if (appUrl !== undefined) allowed.add(new URL(appUrl).origin)
  const wildcards = allowedOrigins.filter((origin) => origin.includes('*')).map(wildcardOf)

  const isAllowed = ({ headers: { origin, host } }: Pick<IncomingMessage, 'headers'>): boolean => {
    if (origin === undefined || allowed.has(origin)) return true
    const isWeb = /^https?:\/\/[^*]+$/.test(origin)
    const url = isWeb && URL.canParse(origin) ? new URL(origin) : undefined
    if (url === undefined) return false
    // Only as browsers write it: a text that merely begins and ends so could hold anything between.
    if (url.origin === origin && wildcards.some((matches) => matches(origin))) return true
    // By host alone: behind a proxy that ends TLS the scheme is not known here.
    return host !== undefined && isHostOf(url, host)
  }

  /** The CORS headers of an answer, by what `isAllowed` said of its request. Bearer tokens need no credentials. */
  const headersFor = (req: IncomingMessage, allowed: boolean): Headers => {
    const { origin } = req.headers
    if (origin === undefined || !allowed) return dependsOnOrigin
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
