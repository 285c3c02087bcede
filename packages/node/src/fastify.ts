import { authenticate } from './accessToken/authenticate.js'
import type { AccessTokenOptions, Caller } from './accessToken/verifyAccessToken.js'

/** What the hook uses of Fastify's request and reply. So this package needs no package of Fastify. */
interface Request {
  headers: { authorization?: string | undefined }
  caller?: Caller
}

interface Reply {
  code(status: number): Reply
  headers(values: Record<string, string>): Reply
  send(body: unknown): unknown
}

/**
 * A hook for Fastify: puts the verified caller on the request as `caller`, or answers with 401, or with 503 if Guildhall's
 * public keys can't be fetched. Add it with `addHook('onRequest', …)`, or to one route as its `onRequest`. Declare `caller`
 * as Fastify's plugins do: `declare module 'fastify' { interface FastifyRequest { caller?: Caller } }`.
 */
export function requireAccessToken(options: AccessTokenOptions) {
  return async (request: Request, reply: Reply): Promise<unknown> => {
    const { caller, refused } = await authenticate(request.headers.authorization, options)
    if (refused) return reply.code(refused.status).headers(refused.headers).send(refused.body)
    request.caller = caller
    return undefined
  }
}
