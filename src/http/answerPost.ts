import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ExecutionResult, GraphQLError, getOperationAST } from 'graphql'
import { processRegularResult } from 'graphql-yoga'
import type { EdgeContext, GraphQLEngine } from '../graphql/engine.js'
import { type MaskError, maskObserved } from '../graphql/mask.js'
import type { GraphQLParams } from './params.js'

const JSON_TYPE = 'application/json'
const RESPONSE_TYPE = 'application/graphql-response+json'

/** The media type that Yoga would choose. Undefined for a rare Accept header, which is left to Yoga. */
function mediaTypeOf(accept: string | undefined): string | undefined {
  if (accept === undefined || accept === JSON_TYPE || accept === '*/*') return JSON_TYPE
  if (accept.includes('charset')) return undefined
  for (const part of accept.toLowerCase().split(',')) {
    const type = part.split(';', 1)[0]?.trim()
    if (type === RESPONSE_TYPE) return RESPONSE_TYPE
    if (type === JSON_TYPE || type === '*/*' || type === 'application/*') return JSON_TYPE
  }
  return undefined
}

/** Replaces the web `Response`, which costs more to create. */
class Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  constructor(
    readonly body: string,
    init: { status: number; headers: Record<string, string> },
  ) {
    this.status = init.status
    this.headers = init.headers
  }
}

/**
 * Answers a query or mutation by POST with the engine's own functions, as WebSocket does. Yoga's HTTP handler would
 * create a web `Request` and a web `Response`. For a small answer that costs more than everything else.
 * @param headers sent in addition to the answer's own headers
 * @returns false if it did nothing because Yoga's handler has to answer: for streams and for rare media types
 */
export async function answerPost(
  engine: GraphQLEngine,
  {
    req,
    res,
    params,
    context,
    headers,
    mask,
    requestId,
  }: {
    req: IncomingMessage
    res: ServerResponse
    params: GraphQLParams
    context: () => EdgeContext
    headers: Readonly<Record<string, string>>
    mask: MaskError
    requestId: string
  },
): Promise<boolean> {
  // GET is left to Yoga, which refuses mutations by GET.
  const type = req.method === 'POST' ? mediaTypeOf(req.headers.accept) : undefined
  if (type === undefined) return false
  const result = await resultOf(engine, params, context(), (error) => maskObserved(mask, error, requestId))
  if (result === undefined) return false
  // The deadline has passed and an error was already sent.
  if (res.headersSent) return true
  const { status, headers: own, body } = answerOf(result, type)
  res.writeHead(status, { ...headers, ...own, 'content-length': Buffer.byteLength(body) })
  res.end(body)
  return true
}

async function resultOf(
  engine: GraphQLEngine,
  { query, operationName, variables }: GraphQLParams,
  context: EdgeContext,
  mask: (error: unknown) => GraphQLError,
): Promise<ExecutionResult | undefined> {
  try {
    const document = engine.readDocument(query, context)
    const operation = getOperationAST(document, operationName)
    if (!operation) throw new GraphQLError('`operationName` must name one of the document’s operations.')
    if (operation.operation === 'subscription') return undefined
    return await engine.execute({
      schema: engine.schema,
      document,
      contextValue: context,
      variableValues: variables,
      operationName,
    })
  } catch (thrown) {
    return {
      errors: thrown instanceof AggregateError ? thrown.errors.map((error) => mask(error)) : [mask(thrown)],
    }
  }
}

function answerOf(result: ExecutionResult, type: string): Answer {
  if (!result.errors && !result.extensions)
    return new Answer(JSON.stringify(result), {
      status: 200,
      headers: { 'content-type': `${type}; charset=utf-8` },
    })
  return processRegularResult(result, { Response: Answer } as never, type) as unknown as Answer
}
