import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RequestIds } from '../lib/observedOperation.js'

/** The header of a request's id, in requests and answers. */
export const REQUEST_ID = 'x-request-id'

/** Short, and without characters that have a meaning in a log, a shell or a page. Most ids are a UUID or a hash. */
const wellFormed = /^[\w.:/+=~-]{1,128}$/

const ID = Symbol('request id')

/** The request's id: its header `x-request-id` if that is well-formed, or else a new one. It is the same at each call. */
export function requestIdOf(req: IncomingMessage & { [ID]?: string }): string {
  const known = req[ID]
  if (known !== undefined) return known
  const given = req.headers[REQUEST_ID]
  const id = typeof given === 'string' && wellFormed.test(given) ? given : randomUUID()
  req[ID] = id
  return id
}

/** `00-TRACE ID-PARENT ID-FLAGS`. A later version may have more parts (W3C Trace Context, 3.2). */
const traceParent = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-|$)/

/** The trace id in a request's header `traceparent`. Undefined if there is none or it is not valid. */
export function traceIdOf({ headers: { traceparent } }: IncomingMessage): string | undefined {
  if (typeof traceparent !== 'string') return undefined
  const [, version, traceId = '', parentId = '', more] = traceParent.exec(traceparent) ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more === '-')) return undefined
  return /^0+$/.test(traceId) || /^0+$/.test(parentId) ? undefined : traceId
}

/** The ids by which a request is found in logs. */
export const observedIdsOf = (req: IncomingMessage): RequestIds => ({
  requestId: requestIdOf(req),
  traceId: traceIdOf(req),
})
