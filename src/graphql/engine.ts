import {
  type DocumentNode,
  type ExecutionArgs,
  execute,
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
import { freshContextPerEvent } from './freshContextPerEvent.js'
import { type LimitAnswer, limitAnswer } from './limits/answerSize.js'
import { costMeter, type ItemLimits } from './limits/cost.js'
import type { Documents } from './limits/documents.js'
import { type DocumentLimits, parseWithin } from './limits/limits.js'
import { unconditionalStreams } from './limits/unconditionalStreams.js'
import type { MaskError } from './mask.js'

/** What the HTTP or WebSocket handler knows about an operation. Resolvers find it in the context as `edge`. */
export interface Operation {
  /**
   * Aborted when nobody waits for the answer any more, or when a stream has to end. A stream's source should listen to
   * it. A mutation that has started must ignore it.
   */
  readonly end: AbortController
  /** The client's address, also behind trusted proxies. */
  readonly address: string
  /** HTTP only: the request's parameters, read and checked. */
  readonly params?: {
    readonly query: string
    readonly operationName?: string | null
    readonly variables?: Readonly<Record<string, unknown>> | null
  }
  /** Called when the operation is a subscription. If it returns an error, the subscription is refused with it. */
  readonly admitStream?: (document: DocumentNode) => GraphQLError | undefined
  /** Sends a serialized message. Undefined if the transport serializes the results itself. */
  readonly deliver?: Deliver
  /** The stream that sends its messages with `deliver`, once it exists. The transport only has to end it. */
  delivered?: DeliveredStream
}

/**
 * Sends a message of graphql-transport-ws.
 * @param messageTail the serialized message after its id
 * @returns a promise for when more can be sent; undefined if more can be sent now
 */
export type Deliver = (messageTail: Buffer) => Promise<void> | undefined

/** Starts at the first `next()`, which resolves when the stream has ended. `return()` ends it at once. */
export type DeliveredStream = AsyncGenerator<never, undefined, undefined>

export interface EdgeContext {
  readonly edge: Operation
}

/** Yoga's own executor adds incremental delivery and abort signals, which nothing here uses, and takes twice as long. */
const useGraphqlExecutor = (): Plugin => ({
  onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
})

const limitDocuments = (limits: DocumentLimits): Plugin => {
  const parse = parseWithin(limits)
  return { onParse: ({ setParseFn }) => setParseFn(parse) }
}

/** Gives Yoga the parameters that were checked. Otherwise it would parse a GET request again, and maybe differently. */
const takeParams = (): Plugin<EdgeContext, EdgeContext> => ({
  onRequestParse({ serverContext, setRequestParser }) {
    const { params } = serverContext.edge
    if (params) setRequestParser(() => params as GraphQLParams)
  },
})

/** Refuses introspection, and also hides "Did you mean", which would reveal the schema name by name. */
const refuseIntrospection = (): Plugin => ({
  onValidate({ addValidationRule, setValidationFn }) {
    addValidationRule(NoSchemaIntrospectionCustomRule)
    setValidationFn((schema: GraphQLSchema, document: DocumentNode, rules, typeInfo, options) =>
      validate(schema, document, rules, { ...options, hideSuggestions: true }, typeInfo),
    )
  },
})

/** Checks the cost before execution. A validation rule can't do it, because page sizes may be in variables. */
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

const refuseConditionalStreams = (): Plugin => ({
  onValidate: ({ addValidationRule }) => addValidationRule(unconditionalStreams),
})

/** Parses and validates a document only if it is not in the cache. */
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
 * Parses, limits, validates and executes operations, and masks their errors: the same for HTTP, SSE and WebSocket.
 * Request bodies, origins and GraphiQL are handled before it, in `src/http`.
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
  /** The cache of valid documents. */
  documents: Documents
  /** Plugins that replace GraphQL's own `execute` or `subscribe`. */
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
      useGraphqlExecutor(),
      freshContextPerEvent(limited),
      ...plugins,
      refuseBadVariables(!introspection),
      endStreams(),
      limitAnswers(limited),
    ],
    // Off: Yoga's own cache also keeps invalid documents and their errors.
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
