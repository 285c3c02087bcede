import type { IncomingMessage, ServerResponse } from 'node:http'
import type { EdgeContext } from '../../graphql/engine.js'
import type { Asked, FastLane } from './fastLane.js'

const JSON_TYPE = 'application/json'
const RESPONSE_TYPE = 'application/graphql-response+json'

/** How the answer is to be labelled, by the rules of the plain path; undefined where it is to say so itself. */
export function mediaTypeOf(accept: string | undefined): string | undefined {
  if (accept === undefined || accept === JSON_TYPE || accept === '*/*') return JSON_TYPE
  if (accept.includes('charset')) return undefined
  for (const part of accept.toLowerCase().split(',')) {
    const type = part.split(';', 1)[0]?.trim()
    if (type === RESPONSE_TYPE) return RESPONSE_TYPE
    if (type === JSON_TYPE || type === '*/*' || type === 'application/*') return JSON_TYPE
  }
  return undefined
}

/**
 * Answers a request by the fast lane, with these headers beside its own.
 * @returns whether it is answered
 */
export type FastHttp<Context extends EdgeContext> = (
  req: IncomingMessage,
  res: ServerResponse,
  asked: Asked,
  openContext: () => Context,
  headers: Readonly<Record<string, string>>,
) => Promise<boolean>

export const fastHttp =
  <Context extends EdgeContext>({ answer }: FastLane<Context>): FastHttp<Context> =>
  async (req, res, asked, openContext, headers) => {
    // By GET no mutation may run: the plain path sees to that.
    const type = req.method === 'POST' ? mediaTypeOf(req.headers.accept) : undefined
    if (type === undefined) return false
    const text = await answer(asked, openContext)
    // It came too late.
    if (res.headersSent) return true
    if (text === undefined) return false
    res.writeHead(200, {
      ...headers,
      'content-type': `${type}; charset=utf-8`,
      'content-length': Buffer.byteLength(text),
    })
    res.end(text)
    return true
  }
