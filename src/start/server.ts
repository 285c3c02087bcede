import cluster from 'node:cluster'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { GraphQLError, GraphQLSchema } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Demo } from '../../demo/index.js'
import { compiledExecutor } from '../accelerator/executor/executor.js'
import { sharedStreams } from '../accelerator/sharedStreams/sharedStreams.js'
import { BadCredential } from '../auth/authenticate.js'
import { openIdProvider } from '../auth/openIdProvider.js'
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
import { outageOf } from '../lib/outage.js'
import { packageRoot } from '../lib/packageRoot.js'
import { type Mailer, mailboxMailer, smtpMailer } from '../mail/mailer.js'
import { graphiql } from '../pages/graphiql.js'
import { jwksPage } from '../pages/jwks.js'
import { mailboxPages } from '../pages/mailbox.js'
import type { SignInWay } from '../pages/web/signIn.js'
import { webPages } from '../pages/web.js'
import type { Settings } from '../settings/settings.js'
import { type OpenApp, openApp } from './app.js'
import { announceListening, openPostgres, type Postgres, signInSecret, stopOnSignals } from './process.js'
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
  const observers = observersOf(settings, log)
  const traces = await startTraces(settings, log)
  const opened = await openApp({
    ...options,
    onStatement: observers.length > 0 ? countStatement : undefined,
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

/**
 * Runs one server until a signal stops it. A worker does not announce its URL, because the supervising process does.
 * @throws {StartError} also if the address is in use
 */
export async function serve(settings: Settings, log: Log, { isDemo }: { isDemo: boolean }): Promise<void> {
  // Production never loads the demo: it can sign anybody in.
  const demoCode = settings.production ? undefined : await import('../../demo/index.js')
  const { http, mail } = settings
  // The demo has its own directory, so that it does not change a developer's data.
  const dataDir = isDemo ? join(settings.database.dataDir, 'demo') : settings.database.dataDir
  let stopping = false
  let isLeaving = false
  let postgres: Postgres | undefined
  let server: StartedServer | undefined
  let demo: Demo | undefined
  const close = async () => {
    stopping = true
    await demo?.stop()
    await server?.close()
    await postgres?.stop()
  }

  const start = async () => {
    postgres = await openPostgres(settings, log, { dataDir, isStopping: () => stopping })
    if (stopping) return
    const jwtSecret = await signInSecret(settings, dataDir)
    const mailbox = join(dataDir, 'mail')
    const mailer = mailerOf(settings, mailbox)
    const app = () => {
      if (!server) throw new Error('the server is not started yet')
      return server.app
    }
    const people =
      jwtSecret === undefined ? undefined : demoCode?.offeredPeople(jwtSecret, () => app().database)
    const hasMailbox = mailer !== null && mail.smtpUrl === undefined
    const pages: Page[] = [
      ...webPages({
        directory: join(packageRoot(), 'dist', 'web'),
        people,
        signIn: signInWayOf(settings, log, hasMailbox),
        brand: settings.brand,
        isDemo,
      }),
      ...(hasMailbox ? [mailboxPages(mailbox, http)] : []),
    ]
    server = await startServer({
      settings,
      log,
      connectionString: postgres.connectionString,
      appUrl: http.appUrl ?? (http.port === 0 ? undefined : `http://localhost:${http.port}`),
      jwtSecret,
      mailer,
      pages,
    })
    if (isLeaving) server.leave()
    if (stopping) return
    if (jwtSecret !== undefined) demo = await demoCode?.populate(server.app, { isDemo, log, mailbox, quit })
    if (stopping || cluster.isWorker) return
    await announceListening(server.url, settings, log, dataDir)
    if (demo) process.stdout.write(demo.help)
  }

  // Registered before PostgreSQL starts, because a signal during the start must also stop PostgreSQL.
  const quit = stopOnSignals(log, {
    delayMs: http.shutdownDelayMs,
    leave() {
      isLeaving = true
      server?.leave()
      return server !== undefined
    },
    async close() {
      stopping = true
      const late = delay(http.shutdownGraceMs)
      await Promise.race([starting, late]).catch(() => {})
      await close()
    },
  })
  const starting = start()
  try {
    await starting
  } catch (error) {
    if (stopping) return
    await close()
    throw error
  }
}

/** How people sign in to the pages. The server also starts while the provider can't be reached. */
function signInWayOf({ auth, http, production }: Settings, log: Log, mailbox: boolean): SignInWay {
  const { issuer, pages } = auth
  if (issuer === undefined || pages === undefined)
    return production
      ? { kind: 'none' }
      : { kind: 'development', links: { graphiql: http.graphiql, mailbox } }
  const outage = outageOf('Reading the discovery document of AUTH_ISSUER', log)
  const provider = openIdProvider(issuer, outage)
  void provider.known()
  return { kind: 'openid', ...pages, provider }
}

function mailerOf({ mail, production }: Settings, mailbox: string): Mailer | null {
  if (mail.smtpUrl !== undefined) return smtpMailer(mail.smtpUrl, mail.from)
  return production ? null : mailboxMailer(mailbox, mail.from)
}
