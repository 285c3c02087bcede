import { randomUUID } from 'node:crypto'
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'

/**
 * What Guildhall does for each request before it looks at the query, as far as Fastify's own plugins do it: CORS, a limit by
 * address, refusals while the process is overloaded, and headers with the request's id. No plugin limits what runs at once or
 * what one caller runs, checks that a body is UTF-8, or answers in time while the database hangs.
 */
export async function guard(app: FastifyInstance): Promise<void> {
  // The limits count and refuse nobody, as Guildhall's in these measurements.
  await app.register(underPressure, { maxEventLoopDelay: 60_000, maxEventLoopUtilization: 1 })
  await app.register(rateLimit, {
    max: 1_000_000_000,
    timeWindow: '1 minute',
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
  })
  await app.register(cors, { origin: ['https://app.example'] })
  app.addHook('onRequest', (request, reply, done) => {
    const { 'x-request-id': given } = request.headers
    const id = typeof given === 'string' && /^[\w.:/+=~-]{1,128}$/.test(given) ? given : randomUUID()
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-request-id': id })
    done()
  })
}
