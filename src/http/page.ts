import type { IncomingMessage, ServerResponse } from 'node:http'

/** By name, in lower case. */
export type Headers = Readonly<Record<string, string>>

/** What a page gets beside the request. */
export interface Visit {
  readonly url: URL
  /** The client's address, also behind trusted proxies. */
  readonly address: string
}

/**
 * Answers at one path, or at all paths under a prefix. It handles every method itself. An error that it throws
 * becomes a 500 without details.
 */
export type Page = ({ readonly path: string } | { readonly prefix: string }) & {
  /**
   * A development page that gives access, such as the mailbox. Served only under localhost or the host of APP_URL, and
   * same-origin.
   */
  readonly local?: boolean
  readonly handle: (req: IncomingMessage, res: ServerResponse, visit: Visit) => Promise<void> | void
}

/** GraphiQL at /graphql, where browsers see a page and API clients see the API. */
export interface Explorer {
  /** Whether a request for /graphql asks for the page. */
  isFor(req: IncomingMessage): boolean
  page(req: IncomingMessage, res: ServerResponse): void
  isAsset(path: string): boolean
  asset(req: IncomingMessage, res: ServerResponse, path: string): void
}

/** The first page that answers at this path. */
export const pageAt = (pages: readonly Page[], path: string): Page | undefined =>
  pages.find((page) => ('path' in page ? page.path === path : path.startsWith(page.prefix)))

/**
 * Headers of every page. They allow scripts and styles from this server only; a page that needs more sets its own
 * content-security-policy. No referrer is sent, because the path of an invite page is a secret.
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
