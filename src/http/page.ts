import type { IncomingMessage, ServerResponse } from 'node:http'

/** By name, in lower case. */
export type Headers = Readonly<Record<string, string>>

/** What a page is told beside the request itself. */
export interface Visit {
  readonly url: URL
  /** The client's address, behind trusted proxies too. */
  readonly address: string
}

/**
 * Something that is shown at a path, or at everything under a prefix.
 * It answers every method itself; what it throws becomes a 500 without details.
 */
export type Page = ({ readonly path: string } | { readonly prefix: string }) & {
  /** Opens doors: answered only under a name of this machine or that of APP_URL, and to no page of another origin. */
  readonly local?: boolean
  readonly handle: (req: IncomingMessage, res: ServerResponse, visit: Visit) => Promise<void> | void
}

/** The first page of the list that is shown at this path. */
export const pageAt = (pages: readonly Page[], path: string): Page | undefined =>
  pages.find((page) => ('path' in page ? page.path === path : path.startsWith(page.prefix)))

/**
 * Headers of everything that a browser may show. Scripts and styles come from this server's own
 * files; a page that needs more sets its own content-security-policy. No referrer, because the path
 * of an invite page is a secret.
 */
export const securityHeaders: Headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

export const setHeaders = (res: ServerResponse, headers: Headers): void => {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
}
