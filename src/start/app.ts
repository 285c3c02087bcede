import { PrismaPg } from '@prisma/adapter-pg'
import { prismaReads } from '../accelerator/prismaReads/prismaReads.js'
import { type Authenticate, authentication } from '../auth/authenticate.js'
import { shownUrl } from '../auth/fetchKeySet.js'
import { jwtVerifier } from '../auth/jwt.js'
import { logOfRefusals } from '../auth/refusedCredentials.js'
import { type Database, type DatabaseLoad, openDatabase } from '../database/database.js'
import { followDatabaseClock } from '../database/databaseClock.js'
import { databaseOutage } from '../database/databaseOutage.js'
import { migrate } from '../database/migrate.js'
import { omittedColumns } from '../database/omittedColumns.js'
import { askedStatementName } from '../database/statementNames.js'
import type { AccessTokens } from '../domain/accessTokens/createOrgAccessToken.js'
import { openSigningKeys, SigningUnavailable } from '../domain/accessTokens/signingKeys.js'
import { cursorCodec } from '../domain/core/cursor.js'
import { transactOn } from '../domain/core/transact.js'
import { dnsResolver } from '../domain/emailDomains/dnsProof.js'
import { LINK_GUESSES_PER_MINUTE } from '../domain/inviteLinks/joinOrgByLink.js'
import { RENEWAL_REQUESTS_PER_MINUTE } from '../domain/invites/requestOrgInviteRenewal.js'
import { PrismaClient } from '../generated/prisma/client.js'
import type { App } from '../graphql/context.js'
import { encodeId } from '../graphql/globalId.js'
import { isUnavailable } from '../graphql/unavailable.js'
import { webhookBodies } from '../graphql/webhookBodies.js'
import { migrateJobs, type QueuedJobs, queuedJobsSql } from '../jobs/jobs.js'
import { type CloseStack, closeStack } from '../lib/closeStack.js'
import type { Log } from '../lib/log.js'
import { logOncePerMinute } from '../lib/logOncePerMinute.js'
import { minuteLimit } from '../lib/minuteLimit.js'
import { outageOf } from '../lib/outage.js'
import { StartError } from '../lib/startError.js'
import { type Mailer, openMailTemplates } from '../mail/mailer.js'
import type { Settings } from '../settings/settings.js'
import { type EndedSignIns, watchEndedSignIns } from '../streams/endedSignIns.js'
import { openHints } from '../streams/hints/openHints.js'
import { openEventStreams, type StreamsLoad } from '../streams/openEventStreams.js'
import { addressGuard } from '../webhooks/addressGuard.js'
import { type Dispatcher, openDispatcher } from '../webhooks/dispatcher.js'
import { openSender } from '../webhooks/sender.js'
import { instanceKey, keyEncryptionSecret } from './instanceKeys.js'
import { runJobs } from './jobs.js'
import { ownExecute } from './ownExecute.js'
import { rulesOf } from './rules.js'

export interface AppOptions {
  settings: Settings
  log: Log
  connectionString: string
  /** Base URL of invite links, without a trailing slash. */
  appUrl: () => string
  /** Verifies HS256 tokens if no secret and no identity provider are set. */
  jwtSecret: string | undefined
  /** Null if mail is not configured. */
  mailer: Mailer | null
  /** How long the database may take to answer before it counts as silent, ms. */
  answerWithinMs?: number | undefined
  /** Called for each statement, by the code that sends it. */
  onStatement?: (() => void) | undefined
  /** How many operations of clients run, or wait for their turn. */
  operationsInFlight: () => number
}

export interface OpenApp {
  app: App
  authenticate: Authenticate
  /** Registers a listener for the ids of users whose sign-ins have ended. */
  onSignInsEnded: EndedSignIns['onEnd']
  /** Whether the database accepts writes. It asks the database each time. */
  ready(): Promise<boolean>
  /** Whether the database did not answer the last check, which runs every second. */
  isStalled(): boolean
  /** Whether an error means that the database is unreachable. Logs an outage once, and its end once. */
  isDatabaseAway(error: unknown): boolean
  /** What it does at the moment. */
  load(): { database: DatabaseLoad; streams: StreamsLoad }
  /** Asks the database what is in the queue of jobs. */
  queuedJobs(): Promise<QueuedJobs[]>
  close(): Promise<void>
}

/**
 * Opens everything that a server needs except its HTTP server: migrates the database, opens streams and mail, and
 * runs the jobs. If it fails, it closes what it has opened.
 * @throws StartError
 */
export async function openApp(options: AppOptions): Promise<OpenApp> {
  const opened = closeStack()
  try {
    return await openWith(options, opened)
  } catch (error) {
    // Throws the first error, which is the reason. Errors from closing are ignored.
    await opened.close().catch(() => {})
    throw error
  }
}

async function openWith(options: AppOptions, opened: CloseStack): Promise<OpenApp> {
  const { settings, log, connectionString, mailer } = options
  await migrate({ connectionString, log })
  const database = await openDatabase({
    connectionString,
    poolSize: settings.database.poolSize,
    answerWithinMs: options.answerWithinMs,
    onStatement: options.onStatement,
  })
  opened.add(() => database.close())
  opened.add(() => mailer?.close())
  const outage = databaseOutage({
    log,
    isTemporary: isUnavailable,
    probe: () => database.watch.takesWrites(),
  })
  opened.add(() => outage.stop())
  const isDatabaseAway = outage.takes
  await migrateJobs(database.pool, log)
  const clock = await followDatabaseClock(database)
  opened.add(() => clock.stop())
  const hints = openHints({
    redisUrl: settings.database.redisUrl,
    databaseUrl: settings.database.url && connectionString,
    log,
  })
  // Closed after the jobs, so that other servers still get hints about what the jobs commit while they stop.
  opened.add(() => hints.close())
  const { limits, production } = settings
  const keySecret = await keyEncryptionSecret(database, {
    keySecret: settings.accessTokens.keySecret,
    production,
  })
  const streams = openEventStreams({ database, hints, limits, log, now: clock.now, isDatabaseAway })
  opened.add(() => streams.close())
  const rules = rulesOf(settings, { mailConfigured: mailer !== null, keySecret, appUrl: options.appUrl })
  let dispatcher: Dispatcher | undefined
  const transact = transactOn(database, rules, (hint) => {
    streams.hint(hint)
    dispatcher?.committed(hint)
  })
  const prisma = new PrismaClient({
    adapter: new PrismaPg(database.pool, {
      statementNameGenerator: ({ sql: text }) => askedStatementName(text) ?? '',
    }),
    omit: omittedColumns,
  })
  opened.add(() => prisma.$disconnect())
  const app: App = {
    database,
    prisma: settings.accelerator.includes('reads') ? prismaReads(prisma, database) : prisma,
    transact,
    clock,
    cursors: cursorCodec(await instanceKey(database, 'cursor')),
    webhookGuard: addressGuard({ dnsServers: settings.dns.servers, production }),
    resolver: dnsResolver(settings.dns.servers ?? [], outageOf('Asking the DNS', log)),
    rules,
    accessTokens: await openAccessTokens(database, options, keySecret),
    linkGuesses: minuteLimit(LINK_GUESSES_PER_MINUTE),
    renewalRequests: minuteLimit(RENEWAL_REQUESTS_PER_MINUTE),
    streams,
  }
  const { keys, issuer, audiences, instanceToken, previousInstanceToken } = settings.auth
  const report = logOfRefusals(log)
  const previousUsed = logOncePerMinute('a client still uses a previous secret', log, 'info')
  const endedSignIns = watchEndedSignIns(
    database,
    hints,
    outageOf('Reading whose sign-ins have ended', log, isDatabaseAway),
  )
  opened.add(() => endedSignIns.stop())
  endedSignIns.onEnd(streams.endStreamsOf)
  const authenticate = authentication({
    database,
    transact,
    instanceToken,
    previousInstanceToken,
    onPrevious: () => previousUsed('INSTANCE_TOKEN_PREVIOUS'),
    report,
    onSignInsEnded: endedSignIns.onEnd,
    verifyJwt: jwtVerifier({
      keys: keys.by === 'generated' ? { by: 'secret', secret: options.jwtSecret ?? '' } : keys,
      issuer,
      audiences,
      report,
      onPrevious: () => previousUsed('AUTH_JWT_SECRET_PREVIOUS'),
      ...(keys.by === 'jwks' && {
        outage: outageOf(`Fetching the sign-in keys from ${shownUrl(keys.url)}`, log),
      }),
    }),
  })
  const stopJobs = await runJobs({
    database,
    transact,
    mailer,
    templates: openMailTemplates(settings.mail.templatesDir, settings.brand),
    replyToInviter: settings.mail.replyTo === 'inviter',
    retryForMs: settings.mail.retryForMs,
    eventsKeptMs: settings.history.eventsKeptMs,
    clock,
    log,
    isDatabaseAway,
  })
  opened.add(stopJobs)
  const sender = openSender({ guard: app.webhookGuard, proxy: settings.webhooks.proxy })
  opened.add(() => sender.close())
  dispatcher = openDispatcher({
    database,
    transact,
    hints,
    sender,
    writeBodies: webhookBodies(app, ownExecute(settings.accelerator, log)),
    keySecret,
    retryForMs: settings.webhooks.retryForMs,
    now: clock.now,
    operationsInFlight: options.operationsInFlight,
    log,
    isDatabaseAway,
  })
  opened.add(() => dispatcher?.close())
  return {
    app,
    authenticate,
    onSignInsEnded: endedSignIns.onEnd,
    ready: () => database.watch.takesWrites(),
    isStalled: () => database.watch.isSilent,
    isDatabaseAway,
    load: () => ({ database: database.load(), streams: streams.load() }),
    queuedJobs: () => database.query<QueuedJobs>(queuedJobsSql),
    close: () => opened.close(),
  }
}

async function openAccessTokens(
  database: Database,
  { settings: { accessTokens }, appUrl }: AppOptions,
  secret: string | undefined,
): Promise<AccessTokens> {
  const { issuer, audiences, lifetimeS, perMinute, keySecret } = accessTokens
  const keys = openSigningKeys(database, secret)
  await keys.prepare().catch((error) => {
    if (!(error instanceof SigningUnavailable)) throw error
    // A server without the setting can do everything else.
    if (keySecret !== undefined)
      throw new StartError(
        `${error.message} Set that one, or make new keys: node dist/cli.js keys rotate --withdraw`,
      )
  })
  return {
    keys,
    limit: minuteLimit(perMinute),
    get issuer() {
      return issuer ?? appUrl()
    },
    audiences,
    lifetimeS,
    globalId: encodeId,
  }
}
