import {
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  validate,
} from 'graphql'
import { createYoga, type GraphQLParams, isAsyncIterable, type Plugin } from 'graphql-yoga'
import { costLimit } from '../errors.js'
import { abortable } from './abortable.js'
import { refuseBadVariables } from './badVariables.js'
import { executeEachEventAnew } from './eachEventAnew.js'
import { type LimitAnswer, limitAnswer } from './limits/answerSize.js'
import { costMeter, type ItemLimits } from './limits/cost.js'
import type { Documents } from './limits/documents.js'
import { type DocumentLimits, parseWithin } from './limits/limits.js'
import { unconditionalStreams } from './limits/unconditionalStreams.js'
import { forgetLoaded } from './loaders/perOperation.js'
import type { MaskError } from './mask.js'

/** What the edge itself knows of an operation. It is in the context as `edge`, over HTTP and WebSocket alike. */
export interface Operation {
  /**
   * Aborted as soon as nobody waits for the answer any more, or a stream is to end. A stream's source
   * should listen to it; what has begun to write should not.
   */
  readonly end: AbortController
  /** The client's address, behind trusted proxies too. */
  readonly address: string
  /** The request as the edge has read and checked it, over HTTP. */
  readonly params?: {
    readonly query: string
    readonly operationName?: string | null
    readonly variables?: Readonly<Record<string, unknown>> | null
  }
  /** Asked when the operation turns out to be a stream: an error refuses it. */
  readonly admitStream?: (document: DocumentNode) => GraphQLError | undefined
  /** Where the transport takes a stream's messages prepared: sends one. */
  readonly deliver?: Deliver
  /** The stream that sends its messages so, once there is one: the transport has to end it, and no more. */
  delivered?: DeliveredStream
}

/**
 * Sends a message of graphql-transport-ws, of which everything behind its id is prepared.
 * @returns when there is room for more, undefined where there is room now
 */
export type Deliver = (messageTail: Buffer) => Promise<void> | undefined

/** Runs from its first `next()` on, whose answer is its end; `return()` ends it at once. */
export type DeliveredStream = AsyncGenerator<never, undefined, undefined>

export interface EdgeContext {
  readonly edge: Operation
}

const limitDocuments = (limits: DocumentLimits): Plugin => {
  const parse = parseWithin(limits)
  return { onParse: ({ setParseFn }) => setParseFn(parse) }
}

/** Yoga would read a request by GET a second time, and what it finds there must be what was checked. */
const takeParams = (): Plugin<EdgeContext, EdgeContext> => ({
  onRequestParse({ serverContext, setRequestParser }) {
    const { params } = serverContext.edge
    if (params) setRequestParser(() => params as GraphQLParams)
  },
})

/** Hides "Did you mean" as well, which would spell the schema out name by name. */
const refuseIntrospection = (): Plugin => ({
  onValidate({ addValidationRule, setValidationFn }) {
    addValidationRule(NoSchemaIntrospectionCustomRule)
    setValidationFn((schema: GraphQLSchema, document: DocumentNode, rules, typeInfo, options) =>
      validate(schema, document, rules, { ...options, hideSuggestions: true }, typeInfo),
    )
  },
})

/** Before execution and not as a rule of validation, because page sizes come by variables. */
const limitCost = (schema: GraphQLSchema, limits: { readonly cost: number } & ItemLimits): Plugin => {
  const max = limits.cost
  const costOf = costMeter(schema, limits)
  const check = ({ document, operationName, variableValues }: ExecutionArgs): GraphQLError | undefined => {
    const operation = getOperationAST(document, operationName)
    if (!operation) return undefined
    const cost = costOf(document, operation, variableValues ?? {})
    if (cost <= max) return undefined
    return costLimit(
      `This operation may ask for ${cost} fields; ${max} are allowed. Ask for smaller pages, or for less in each item.`,
    )
  }
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const tooMuch = check(args)
      if (tooMuch) setResultAndStopExecution({ errors: [tooMuch] })
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const tooMuch = check(args)
      if (tooMuch) setResultAndStopExecution({ errors: [tooMuch] })
    },
  }
}

const endStreams = (): Plugin<EdgeContext> => ({
  onSubscribe({ args, setResultAndStopExecution }) {
    const { edge } = args.contextValue as EdgeContext
    const refusal = edge.admitStream?.(args.document)
    if (refusal) return setResultAndStopExecution({ errors: [refusal] })
    return {
      onSubscribeResult({ result, setResult }) {
        if (!edge.delivered && isAsyncIterable(result)) setResult(abortable(result, edge.end))
      },
    }
  },
})

const limitAnswers = (limited: LimitAnswer): Plugin => ({
  onExecute: () => ({
    onExecuteDone({ result, setResult }) {
      if (isAsyncIterable(result)) return
      const within = limited(result)
      if (within !== result) setResult(within)
    },
  }),
})

const forgetAfterwards = (): Plugin => ({
  onExecute: ({ args }) => ({ onExecuteDone: () => forgetLoaded(args.contextValue as object) }),
})

const refuseConditionalStreams = (): Plugin => ({
  onValidate: ({ addValidationRule }) => addValidationRule(unconditionalStreams),
})

/** Parses and validates a document that is kept no second time. */
const keepDocuments = (documents: Documents): Plugin => {
  const known = new WeakSet<DocumentNode>()
  return {
    onParse({ params: { source }, setParsedDocument }) {
      const document = documents.get(source.toString())
      if (document === undefined) return
      known.add(document)
      setParsedDocument(document)
    },
    onValidate({ params: { documentAST }, setResult }) {
      if (known.has(documentAST)) return setResult([])
      return ({ valid }: { valid: boolean }) => {
        const text = documentAST.loc?.source.body
        if (valid && text !== undefined) documents.parsed(text, documentAST)
      }
    },
  }
}

/**
 * Parses, limits, validates, executes and masks: the same for HTTP, SSE and WebSocket.
 * Everything of HTTP that isn't GraphQL's own (bodies, origins, GraphiQL) is done before it.
 */
export const graphqlEngine = ({
  schema,
  limits,
  introspection,
  mask,
  documents,
  plugins = [],
}: {
  schema: GraphQLSchema
  limits: DocumentLimits & ItemLimits & { readonly cost: number; readonly responseBytes: number }
  introspection: boolean
  mask: MaskError
  /** Gets to know every document that is within the limits and valid. */
  documents: Documents
  /** Plugins that run operations in another way than GraphQL's own functions do. */
  plugins?: readonly Plugin[]
}) => {
  const limited = limitAnswer(limits.responseBytes)
  return createYoga<EdgeContext>({
    schema,
    plugins: [
      takeParams(),
      keepDocuments(documents),
      limitDocuments(limits),
      refuseConditionalStreams(),
      ...(introspection ? [] : [refuseIntrospection()]),
      limitCost(schema, limits),
      executeEachEventAnew(limited),
      ...plugins,
      refuseBadVariables(!introspection),
      endStreams(),
      limitAnswers(limited),
      forgetAfterwards(),
    ],
    // Yoga's own cache keeps what is invalid too, with its errors.
    parserAndValidationCache: false,
    maskedErrors: { maskError: (error) => mask(error), errorMessage: '' },
    logging: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: false,
  })
}

export type GraphQLEngine = ReturnType<typeof graphqlEngine>
