import { authenticate } from './accessToken/authenticate.js'
import type { AccessTokenOptions, Caller } from './accessToken/verifyAccessToken.js'

/** What the middleware uses of Hono's context. So this package needs no package of Hono. */
interface Context {
  req: { header(name: string): string | undefined }
  json(body: object, status: 401 | 503, headers: Record<string, string>): Response
  set(key: 'caller', value: Caller): void
}

/**
 * A middleware for Hono: puts the verified caller into the context (`c.get('caller')`), or answers with 401, or with 503
 * if Guildhall's public keys can't be fetched. Make the app with `new Hono<{ Variables: { caller: Caller } }>()`.
 */
export function requireAccessToken(options: AccessTokenOptions) {
  return async (c: Context, next: () => Promise<void>): Promise<Response | undefined> => {
    const { caller, refused } = await authenticate(c.req.header('authorization'), options)
    if (refused) return c.json(refused.body, refused.status, refused.headers)
    c.set('caller', caller)
    await next()
    return undefined
  }
}
