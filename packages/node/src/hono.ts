import type { MiddlewareHandler } from 'hono'
import { authenticate } from './accessToken/authenticate.js'
import type { AccessTokenOptions, Caller } from './accessToken/verifyAccessToken.js'

/**
 * A middleware for Hono: puts the verified caller into the context (`c.get('caller')`), or answers with 401, or with 503
 * if Guildhall's public keys can't be fetched.
 */
export function requireAccessToken(
  options: AccessTokenOptions,
): MiddlewareHandler<{ Variables: { caller: Caller } }> {
  return async (c, next) => {
    const { caller, refused } = await authenticate(c.req.header('authorization'), options)
    if (refused) return c.json(refused.body, refused.status, refused.headers)
    c.set('caller', caller)
    return next()
  }
}
