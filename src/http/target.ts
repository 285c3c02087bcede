import type { IncomingMessage } from 'node:http'

/** The target of nearly every request: parsed once. */
const graphqlUrl = new URL('http://server/graphql')

/** `http://host` of a target in absolute form, as proxies may send it (RFC 9112, 3.2.2). */
const absoluteForm = /^https?:\/\/[^/\\?#]+/i
/** `.` or `..` as a part of a path, also percent-encoded. */
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i

/**
 * Where a request goes: its path and query. Its host is not used, because links are made from APP_URL.
 *
 * A proxy may guard some paths, so no path may mean another one here than it means to the proxy. Undefined, which is
 * HTTP 404, for whatever a URL parser would rewrite: a path that begins with two slashes or holds a backslash (then
 * a part of it is read as a host), one with `.` or `..` in it, and characters outside ASCII.
 */
export const urlOf = ({ url = '' }: Pick<IncomingMessage, 'url'>): URL | undefined => {
  if (url === graphqlUrl.pathname) return graphqlUrl
  const target = url.replace(absoluteForm, '')
  // An absolute form may have no path at all.
  const path = target === '' || target.startsWith('?') ? `/${target}` : target
  if (!path.startsWith('/') || path.startsWith('//') || !/^[\x21-\x7e]+$/.test(path)) return undefined
  const end = path.search(/[?#]/)
  const pathAlone = end === -1 ? path : path.slice(0, end)
  if (pathAlone.includes('\\') || dotSegment.test(pathAlone)) return undefined
  return new URL(path, graphqlUrl)
}
