import type { FastifyReply, FastifyRequest } from 'fastify'
import { authenticate } from './accessToken/authenticate.js'
import type { AccessTokenOptions, Caller } from './accessToken/verifyAccessToken.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `requireAccessToken` of @guildhall/node. */
    caller?: Caller
  }
}

/**
 * A hook for Fastify: puts the verified caller on the request, or answers with 401, or with 503 if Guildhall's public
 * keys can't be fetched. Add it with `addHook('onRequest', …)`, or to one route as its `onRequest`.
 */
export function requireAccessToken(options: AccessTokenOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { caller, refused } = await authenticate(request.headers.authorization, options)
    if (refused) return reply.code(refused.status).headers(refused.headers).send(refused.body)
    request.caller = caller
    return undefined
  }
}
