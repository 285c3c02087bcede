import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type subscribe,
  validate,
} from 'graphql'
import { createYoga, type GraphQLParams, isAsyncIterable, type Plugin } from 'graphql-yoga'
import { currentOperation } from '../lib/observedOperation.js'
import { abortable } from './abortable.js'
import { badVariables } from './badVariables.js'
import { freshContextPerEvent } from './freshContextPerEvent.js'
import { limitAnswer } from './limits/answerSize.js'
import type { ItemLimits } from './limits/cost.js'
import type { Documents } from './limits/documents.js'
import { costlyOperations, limitExecution } from './limits/limitExecution.js'
import { type DocumentLimits, parseWithin } from './limits/limits.js'
import { unconditionalStreams } from './limits/unconditionalStreams.js'
import { type MaskError, maskAnswer, maskObserved } from './mask.js'

/** What the HTTP or WebSocket handler knows about an operation. Resolvers find it in the context as `edge`. */
export interface Operation {
  /**
   * Aborted when nobody waits for the answer any more, or when a stream has to end. A stream's source should listen to
   * it. A mutation that has started must ignore it.
   */
  readonly end: AbortController
  /** The client's address, also behind trusted proxies. */
  readonly address: string
  readonly requestId: string
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

/**
 * The innermost of the functions that execute an operation. Yoga's own adds incremental delivery and abort signals,
 * which nothing here uses, and takes twice as long.
 */
const useGraphqlExecutor = (): Plugin => ({
  onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
})

/**
 * The function by which these plugins together execute an operation. Their hooks run once, at the start. Envelop would run
 * all of them for each request, which takes a sixth of the time of a trivial query. So the hook only replaces the function,
 * and looks at no request.
 */
const executionOf = (plugins: readonly Plugin[]): Execution =>
  plugins.reduce<Execution>((before, { onExecute }) => {
    let execution = before
    onExecute?.({
      executeFn: before,
      setExecuteFn(replacement: Execution) {
        execution = replacement
      },
    } as never)
    return execution
  }, execute)

type Execution = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>

/** Admits a stream before it starts, and ends it when its operation ends. */
const endStreams = (mask: MaskError): Plugin => ({
  onSubscribe({ subscribeFn, setSubscribeFn }) {
    setSubscribeFn(async (args: ExecutionArgs) => {
      const { edge } = args.contextValue as EdgeContext
      const refusal = edge.admitStream?.(args.document)
      if (refusal) return { errors: [refusal] }
      const result = await subscribeFn(args)
      if (!isAsyncIterable(result)) return maskAnswer(mask, result, edge.requestId)
      const observed = currentOperation()
      observed?.streamStarted()
      if (edge.delivered) return result
      return abortable(result, edge.end, {
        each(answer: ExecutionResult) {
          if (observed) observed.events++
          return maskAnswer(mask, answer, edge.requestId)
        },
        failure: (error) => mask(error, edge.requestId),
      })
    })
  },
})

const refuseConditionalStreams = (): Plugin => ({
  onValidate: ({ addValidationRule }) => addValidationRule(unconditionalStreams),
})

/** Parses and validates a document only if it is not in the cache: for Yoga's own handler, as `readDocument` does. */
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
  const execution: readonly Plugin[] = [
    useGraphqlExecutor(),
    freshContextPerEvent(limited),
    ...plugins,
    endStreams(mask),
    limitExecution([costlyOperations(schema, limits), badVariables(!introspection)], limited, mask),
  ]
  const yoga = createYoga<EdgeContext>({
    schema,
    plugins: [
      takeParams(),
      keepDocuments(documents),
      limitDocuments(limits),
      refuseConditionalStreams(),
      ...(introspection ? [] : [refuseIntrospection()]),
      ...execution,
    ],
    // Off: Yoga's own cache also keeps invalid documents and their errors.
    parserAndValidationCache: false,
    maskedErrors: {
      maskError: (error) => maskObserved(mask, error),
      errorMessage: '',
    },
    logging: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: false,
  })
  const handle = (req: IncomingMessage, res: ServerResponse, context: EdgeContext) => yoga(req, res, context)
  // Not Yoga itself: that is a Proxy, which searches what it is made of for each property that is read.
  return Object.assign(handle, {
    schema,
    dispose: () => yoga.dispose(),
    /** Executes a query or mutation, with everything that the plugins add. The outermost of them is asynchronous. */
    execute: executionOf(execution) as (args: ExecutionArgs) => Promise<ExecutionResult>,
    /** Envelop gives the same function to each operation, so it is asked once. */
    subscribe: yoga.getEnveloped({} as EdgeContext).subscribe as typeof subscribe,
    /**
     * Parses and validates a document. A document that is known to be valid skips the plugins' hooks, which are a
     * tenth of the time of a trivial query.
     * @throws a GraphQLError if the text cannot be parsed, an AggregateError of GraphQLErrors if it is not valid
     */
    readDocument(text: string, context: EdgeContext): DocumentNode {
      const known = documents.get(text)
      if (known) return known
      const { parse, validate } = yoga.getEnveloped(context)
      const document: DocumentNode = parse(text)
      const errors: readonly GraphQLError[] = validate(schema, document)
      if (errors.length > 0) throw new AggregateError(errors)
      return document
    },
  })
}

export type GraphQLEngine = ReturnType<typeof graphqlEngine>
