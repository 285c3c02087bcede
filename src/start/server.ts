import { join } from 'node:path'
import type { GraphQLError, GraphQLSchema } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { compiledExecutor } from '../accelerator/executor/executor.js'
import { sharedStreams } from '../accelerator/sharedStreams/sharedStreams.js'
import { BadCredential } from '../auth/authenticate.js'
import { KeysUnavailable } from '../auth/remoteKeys.js'
import { SigningUnavailable } from '../domain/accessTokens/signingKeys.js'
import { type Actor, userIdOf } from '../domain/core/actor.js'
import { DnsUnavailable } from '../domain/emailDomains/dnsProof.js'
import { WebhookSecretsUnavailable } from '../domain/webhooks/webhook.js'
import { badCredential, unavailable } from '../errors.js'
import type { Context } from '../graphql/context.js'
import { graphqlEngine } from '../graphql/engine.js'
import { limitAnswer } from '../graphql/limits/answerSize.js'
import { documentCache } from '../graphql/limits/documents.js'
import { maskError } from '../graphql/mask.js'
import { schema } from '../graphql/schema.js'
import { accessLog } from '../http/accessLog.js'
import { publicError } from '../http/answer.js'
import type { Page } from '../http/page.js'
import { type HttpServerOptions, httpServer, type Server } from '../http/server.js'
import type { Log } from '../lib/log.js'
import { logOncePerMinute } from '../lib/logOncePerMinute.js'
import { type CallerIds, countStatement, type OperationObserver } from '../lib/observedOperation.js'
import { packageRoot } from '../lib/packageRoot.js'
import type { Mailer } from '../mail/mailer.js'
import { graphiql } from '../pages/graphiql.js'
import { jwksPage } from '../pages/jwks.js'
import type { Settings } from '../settings/settings.js'
import { type OpenApp, openApp } from './app.js'
import { startMetrics, startTraces } from './telemetry.js'

export interface ServerParts<Caller, Context extends object>
  extends Pick<
    HttpServerOptions<Caller, Context>,
    'log' | 'callers' | 'ready' | 'observers' | 'slowReaderMs' | 'keepAliveMs' | 'initWithinMs'
  > {
  readonly settings: Pick<Settings, 'accelerator' | 'http' | 'limits'>
  readonly schema: GraphQLSchema
  readonly isStalled?: () => boolean
  /** Further plugins of the engine. They are the outermost. */
  readonly plugins?: readonly Plugin[]
  readonly pages?: readonly Page[]
  /** Turns an error of the domain into a coded one. If it returns undefined, the error is masked. */
  readonly translateError?: (root: unknown) => GraphQLError | undefined
  /** Whether an error means that the database is unreachable. It also logs the outage. */
  readonly isDatabaseAway?: (root: unknown) => boolean
  /** The folder of the built GraphiQL. Read only if the setting GRAPHIQL is on. */
  readonly graphiqlDirectory?: string
}

/** Builds the GraphQL engine with the accelerator's plugins, and the HTTP server around it. */
export function createServer<Caller, Context extends object>({
  settings,
  schema,
  isStalled = () => false,
  plugins = [],
  pages = [],
  translateError,
  isDatabaseAway,
  graphiqlDirectory = join(packageRoot(), 'dist', 'graphiql'),
  log,
  observers = observersOf(settings, log),
  ...options
}: ServerParts<Caller, Context>): Server {
  const { accelerator, http, limits } = settings
  const mask = maskError(log, translateError, isDatabaseAway)
  const engine = graphqlEngine({
    schema,
    limits,
    introspection: http.introspection,
    mask,
    documents: documentCache(),
    plugins: [
      ...(accelerator.includes('streams')
        ? [
            sharedStreams(
              (error, requestId) => publicError(mask(error, requestId)),
              limitAnswer(limits.responseBytes),
            ),
          ]
        : []),
      ...(accelerator.includes('executor')
        ? [compiledExecutor({ schema, maxBytes: limits.responseBytes, log })]
        : []),
      ...plugins,
    ],
  })
  const explorer = http.graphiql ? graphiql(graphiqlDirectory) : undefined
  return httpServer({ ...options, log, settings, engine, mask, isStalled, observers, pages, explorer })
}

/** What wants to know of each operation. With none, nothing is recorded. */
function observersOf({ http }: Pick<Settings, 'http'>, log: Log): readonly OperationObserver[] {
  return http.accessLog ? [accessLog(log)] : []
}

export interface StartOptions {
  settings: Settings
  log: Log
  connectionString: string
  /** Base URL of invite links, without a trailing slash. Undefined: the address at which the server listens. */
  appUrl: string | undefined
  jwtSecret: string | undefined
  mailer: Mailer | null
  /** How long the database may take to answer before it counts as silent, ms. */
  answerWithinMs?: number | undefined
  pages?: readonly Page[]
}

export interface StartedServer extends OpenApp {
  url: string
  /** See `Server`. */
  leave(): void
  /** Of the metrics, if this process serves them. */
  metricsUrl: string | undefined
}

/** Opens the app and serves it. */
export async function startServer(options: StartOptions): Promise<StartedServer> {
  const { settings, log, pages = [] } = options
  let ownUrl: string | undefined
  let operationsInFlight = () => 0
  const observers = observersOf(settings, log)
  const traces = await startTraces(settings, log)
  const opened = await openApp({
    ...options,
    onStatement: observers.length > 0 ? countStatement : undefined,
    operationsInFlight: () => operationsInFlight(),
    appUrl() {
      const base = options.appUrl ?? ownUrl
      // Only a mail job from before the restart can run this early. The queue will retry it.
      if (base === undefined) throw new Error('no link can be created before the server listens')
      return base
    },
  }).catch(async (error) => {
    await traces.close()
    throw error
  })
  const metrics = await startMetrics(settings, log, opened, () => server.load())
  const server = createServer<Actor, Context>({
    settings,
    schema,
    log,
    observers: [...observers, ...metrics.observers],
    ready: opened.ready,
    isStalled: opened.isStalled,
    plugins: traces.plugins,
    pages: [jwksPage(opened.app.accessTokens.keys.published), ...pages],
    translateError: errorTranslator(log),
    isDatabaseAway: opened.isDatabaseAway,
    callers: {
      identify: ({ authorization }) => opened.authenticate(authorization).catch(throwBadCredential),
      keyOf: (actor) =>
        actor.kind === 'token' ? (actor.tokenId ?? 'instance') : (userIdOf(actor) ?? undefined),
      onEnded: opened.onSignInsEnded,
      idsOf,
      isRated: (actor) => actor.kind !== 'token',
      contextOf: (actor, callerKey) => ({ app: opened.app, actor, callerKey }),
    },
  })
  operationsInFlight = () => server.load().inFlight
  const closeApp = async () => {
    await opened.close()
    await metrics.close()
    await traces.close()
  }
  const close = async () => {
    await server.close()
    await closeApp()
  }
  const { url } = await server.listen().catch(async (error) => {
    await closeApp()
    throw error
  })
  ownUrl = url
  const metricsUrl = await metrics.listen().catch(async (error) => {
    await close()
    throw error
  })
  return { ...opened, url, metricsUrl, leave: server.leave, close }
}

function idsOf(actor: Actor): CallerIds {
  if (actor.kind === 'person') return { userId: actor.userId }
  if (actor.kind === 'nobody') return {}
  return actor.tokenId === null ? { instance: true } : { apiTokenId: actor.tokenId }
}

function throwBadCredential(error: unknown): never {
  throw error instanceof BadCredential ? badCredential() : error
}

function errorTranslator(log: Log): (error: unknown) => GraphQLError | undefined {
  const logUnsigned = logOncePerMinute('an org access token could not be signed', log)
  return (error) => {
    if (error instanceof KeysUnavailable) return unavailable('The identity provider can’t be reached.')
    if (error instanceof DnsUnavailable)
      return unavailable('No DNS server answers at the moment. Try again soon.')
    if (error instanceof WebhookSecretsUnavailable) return unavailable(error.message)
    if (error instanceof SigningUnavailable) {
      logUnsigned(error.message)
      return unavailable(error.message)
    }
    return undefined
  }
}
