import type { IncomingMessage, ServerResponse } from 'node:http'
import { authenticate } from './accessToken/authenticate.js'
import type { AccessTokenOptions, Caller } from './accessToken/verifyAccessToken.js'

declare global {
  namespace Express {
    interface Request {
      /** Set by `requireAccessToken` of @guildhall/node. */
      caller?: Caller
    }
  }
}

/**
 * A middleware for Express: puts the verified caller on the request, or answers with 401, or with 503 if Guildhall's
 * public keys can't be fetched. It also fits Connect and other servers whose middlewares are alike.
 */
export function requireAccessToken(options: AccessTokenOptions) {
  return async (
    request: IncomingMessage & { caller?: Caller },
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): Promise<void> => {
    try {
      const { caller, refused } = await authenticate(request.headers.authorization, options)
      if (refused) {
        response.writeHead(refused.status, { ...refused.headers, 'content-type': 'application/json' })
        response.end(JSON.stringify(refused.body))
        return
      }
      request.caller = caller
    } catch (error) {
      return next(error)
    }
    next()
  }
}
