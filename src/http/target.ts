import type { IncomingMessage } from 'node:http'

/** The URL of nearly every request, parsed once. */
const graphqlUrl = new URL('http://server/graphql')

/** `http://host` at the start of an absolute target, as proxies may send it (RFC 9112, 3.2.2). */
const absoluteForm = /^https?:\/\/[^/\\?#]+/i
/** `.` or `..` as a segment of a path, also percent-encoded. */
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i

/**
 * The path and query of a request. Its host is not used: links are made from APP_URL.
 *
 * A proxy may protect some paths, so this server must not read a path differently from the proxy. It returns undefined,
 * which becomes HTTP 404, for a target that a URL parser would rewrite:
 * - a path that starts with two slashes or contains a backslash: a part of it would become the host
 * - a path with the segments `.` or `..`
 * - a path with characters outside ASCII
 */
export const urlOf = ({ url = '' }: Pick<IncomingMessage, 'url'>): URL | undefined => {
  if (url === graphqlUrl.pathname) return graphqlUrl
  const target = url.replace(absoluteForm, '')
  // An absolute target may have no path.
  const path = target === '' || target.startsWith('?') ? `/${target}` : target
  if (!path.startsWith('/') || path.startsWith('//') || !/^[\x21-\x7e]+$/.test(path)) return undefined
  const end = path.search(/[?#]/)
  const pathAlone = end === -1 ? path : path.slice(0, end)
  if (pathAlone.includes('\\') || dotSegment.test(pathAlone)) return undefined
  return new URL(path, graphqlUrl)
}
