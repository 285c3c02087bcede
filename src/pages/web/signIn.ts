import type { IncomingMessage, ServerResponse } from 'node:http'
import type { OpenIdProvider, ProviderMetadata } from '../../auth/openIdProvider.js'
import { answerJson } from '../../http/answer.js'
import { sourceOf } from './brandFiles.js'

/**
 * How people sign in to the pages. `development`: they choose a person, or enter a token. `none`: nobody can sign in,
 * because the operator has not set it up.
 */
export type SignInWay = OpenIdSignIn | DevelopmentSignIn | { readonly kind: 'none' }

interface DevelopmentSignIn {
  readonly kind: 'development'
  /** Which other pages of this server the pages link to. */
  readonly links: { readonly graphiql: boolean; readonly mailbox: boolean }
}

interface OpenIdSignIn {
  readonly kind: 'openid'
  readonly clientId: string
  /** Separated by blanks. */
  readonly scopes: string
  /** Sent as `audience` and as `resource` if they are set: providers differ in what they read. */
  readonly audience: string | undefined
  readonly resource: string | undefined
  readonly provider: OpenIdProvider
}

/** For a visitor who comes. */
const USUAL_AGE_MS = 60_000
/** For a visitor who is about to leave for the provider. */
const SHORT_AGE_MS = 2_000

/** Tells the pages how people sign in. With `?now`, the provider's discovery document is read anew. */
export async function serveSignIn(
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
  way: SignInWay,
): Promise<void> {
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.setHeader('allow', 'GET, HEAD')
    return answerJson(res, 405, { message: 'This can only be read.' })
  }
  res.setHeader('cache-control', 'no-store')
  if (way.kind !== 'openid') return answerJson(res, 200, way)
  const { provider, ...settings } = way
  const current = await provider.current(url.searchParams.has('now') ? SHORT_AGE_MS : USUAL_AGE_MS)
  answerJson(res, 200, {
    ...settings,
    isReachable: current !== null,
    provider: current ?? (await provider.known()),
  })
}

/** The rules that let a page reach the provider: its token endpoint by fetch, its sign-in in a hidden frame. */
export function signInRules(metadata: ProviderMetadata | null): { connect: string[]; frame: string[] } {
  if (!metadata) return { connect: [], frame: [] }
  const { token_endpoint, revocation_endpoint, authorization_endpoint } = metadata
  return {
    connect: [token_endpoint, revocation_endpoint].flatMap((url) =>
      url === undefined ? [] : [sourceOf(url)],
    ),
    // After a redirect browsers compare only the origin. The frame ends on a page of this server.
    frame: ["'self'", sourceOf(authorization_endpoint)],
  }
}
