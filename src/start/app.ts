import { randomBytes } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import sql from 'sql-template-tag'
import { prismaReads } from '../accelerator/prismaReads/prismaReads.js'
import { type Authenticate, authentication } from '../auth/authenticate.js'
import { shownUrl } from '../auth/fetchKeySet.js'
import { jwtVerifier } from '../auth/jwt.js'
import { logOfRefusals } from '../auth/refusedCredentials.js'
import { type Database, openDatabase } from '../database/database.js'
import { followDatabaseClock } from '../database/databaseClock.js'
import { databaseOutage } from '../database/databaseOutage.js'
import { migrate } from '../database/migrate.js'
import { omittedColumns } from '../database/omittedColumns.js'
import { askedStatementName } from '../database/statementNames.js'
import type { AccessTokens } from '../domain/accessTokens/createOrgAccessToken.js'
import { openSigningKeys, SigningUnavailable } from '../domain/accessTokens/signingKeys.js'
import { cursorCodec } from '../domain/core/cursor.js'
import { type Rules, transactOn } from '../domain/core/transact.js'
import { dnsResolver } from '../domain/emailDomains/dnsProof.js'
import { LINK_GUESSES_PER_MINUTE } from '../domain/inviteLinks/joinOrgByLink.js'
import { PrismaClient } from '../generated/prisma/client.js'
import type { App } from '../graphql/context.js'
import { encodeId } from '../graphql/globalId.js'
import { isUnavailable } from '../graphql/unavailable.js'
import { migrateJobs } from '../jobs/jobs.js'
import { type CloseStack, closeStack } from '../lib/closeStack.js'
import type { Log } from '../lib/log.js'
import { minuteLimit } from '../lib/minuteLimit.js'
import { outageOf } from '../lib/outage.js'
import { StartError } from '../lib/startError.js'
import { type Mailer, openMailTemplates } from '../mail/mailer.js'
import type { Settings } from '../settings/settings.js'
import { type EndedSignIns, watchEndedSignIns } from '../streams/endedSignIns.js'
import { openHints } from '../streams/hints/openHints.js'
import { openEventStreams } from '../streams/openEventStreams.js'
import { runJobs } from './jobs.js'

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
  const { limits } = settings
  const streams = openEventStreams({ database, hints, limits, log, now: clock.now, isDatabaseAway })
  opened.add(() => streams.close())
  const rules: Rules = {
    tiers: settings.tiers,
    invitesPerOrgPerDay: settings.limits.invitesPerOrgPerDay,
    orgsPerUserPerDay: settings.limits.orgsPerUserPerDay,
    mailsPerAddressPerDay: settings.limits.mailsPerAddressPerDay,
    mailsPerAddressPerOrgPerDay: settings.limits.mailsPerAddressPerOrgPerDay,
    mailsPerUserPerDay: settings.limits.mailsPerUserPerDay,
    emailDomainProof: settings.dns.emailDomainProof,
    apiTokensPerOrg: settings.limits.apiTokensPerOrg,
    apiTokenDepth: settings.limits.apiTokenDepth,
    emailDomainsPerOrg: settings.limits.emailDomainsPerOrg,
    inviteLifeDays: settings.mail.inviteLifeDays,
    reminderBeforeMs: settings.mail.reminderBeforeMs,
    mailLocale: settings.mail.locale,
    mailConfigured: mailer !== null,
    get appUrl() {
      return options.appUrl()
    },
  }
  const transact = transactOn(database, rules, streams.hint)
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
    resolver: dnsResolver(settings.dns.servers ?? [], outageOf('Asking the DNS', log)),
    rules,
    accessTokens: await openAccessTokens(database, options),
    linkGuesses: minuteLimit(LINK_GUESSES_PER_MINUTE),
    streams,
  }
  const { keys, issuer, audiences, instanceToken } = settings.auth
  const report = logOfRefusals(log)
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
    report,
    onSignInsEnded: endedSignIns.onEnd,
    verifyJwt: jwtVerifier({
      keys: keys.by === 'generated' ? { by: 'secret', secret: options.jwtSecret ?? '' } : keys,
      issuer,
      audiences,
      report,
      ...(keys.by === 'jwks' && {
        outage: outageOf(`Fetching the sign-in keys from ${shownUrl(keys.url)}`, log),
      }),
    }),
  })
  const stopJobs = await runJobs({
    database,
    transact,
    mailer,
    templates: openMailTemplates(settings.mail.templatesDir),
    replyToInviter: settings.mail.replyTo === 'inviter',
    retryForMs: settings.mail.retryForMs,
    clock,
    log,
    isDatabaseAway,
  })
  opened.add(stopJobs)
  return {
    app,
    authenticate,
    onSignInsEnded: endedSignIns.onEnd,
    ready: () => database.watch.takesWrites(),
    isStalled: () => database.watch.isSilent,
    isDatabaseAway,
    close: () => opened.close(),
  }
}

async function openAccessTokens(
  database: Database,
  { settings: { accessTokens, production }, appUrl }: AppOptions,
): Promise<AccessTokens> {
  const { issuer, audiences, lifetimeS, perMinute, keySecret } = accessTokens
  const secret = await keyEncryptionSecret(database, { keySecret, production })
  const keys = openSigningKeys(database, secret)
  await keys.prepare().catch((error) => {
    if (!(error instanceof SigningUnavailable)) throw error
    // A server without the setting can do everything else.
    if (keySecret !== undefined)
      throw new StartError(
        `${error.message} Set that one, or make new keys: node dist/main.js keys rotate --withdraw`,
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

/**
 * KEY_ENCRYPTION_SECRET, or outside production a random secret. That one is kept in the database and not in DATA_DIR,
 * because several servers may share the database. Undefined if there is none.
 */
export async function keyEncryptionSecret(
  database: Database,
  { keySecret, production }: { keySecret: string | undefined; production: boolean },
): Promise<string | undefined> {
  if (keySecret !== undefined || production) return keySecret
  return (await instanceKey(database, 'key-encryption')).toString('base64url')
}

/** A key that all servers on one database share. The first server creates it. */
async function instanceKey(database: Database, name: string): Promise<Buffer> {
  await database.query(sql`
    insert into instance_key (name, value) values (${name}, ${randomBytes(32)}) on conflict do nothing
  `)
  const [key] = await database.query<{ value: Buffer }>(
    sql`select value from instance_key where name = ${name}`,
  )
  if (!key) throw new Error(`the key ${name} vanished`)
  return key.value
}
