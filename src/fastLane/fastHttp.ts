import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExecutionResult } from 'graphql'
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
 * Answers a request by the fast lane.
 * @returns whether it is answered; of a mutation with errors its result, for the plain path to mask and send
 */
export type FastHttp<Context extends object> = (
  req: IncomingMessage,
  res: ServerResponse,
  asked: Asked,
  context: Context,
) => Promise<boolean | ExecutionResult>

export const fastHttp =
  <Context extends object>({ answer }: FastLane<Context>): FastHttp<Context> =>
  async (req, res, asked, context) => {
    // By GET no mutation may run: the plain path sees to that.
    const type = req.method === 'POST' ? mediaTypeOf(req.headers.accept) : undefined
    if (type === undefined) return false
    const answered = await answer(asked, context)
    if (answered === undefined) return false
    if ('result' in answered) return answered.result
    const { text } = answered
    res.writeHead(200, {
      'content-type': `${type}; charset=utf-8`,
      'content-length': Buffer.byteLength(text),
    })
    res.end(text)
    return true
  }
