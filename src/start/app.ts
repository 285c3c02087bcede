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
import { cursorCodec } from '../domain/core/cursor.js'
import { type Jobs, type Rules, transactOn } from '../domain/core/transact.js'
import { dnsResolver } from '../domain/emailDomains/dnsProof.js'
import { giveUpOverdueMails } from '../domain/invites/giveUpOverdueMails.js'
import { PrismaClient } from '../generated/prisma/client.js'
import type { App } from '../graphql/context.js'
import { isUnavailable } from '../graphql/unavailable.js'
import { jobsSql, migrateJobs, startJobs } from '../jobs/jobs.js'
import { type Closings, closings } from '../lib/closings.js'
import type { Log } from '../lib/log.js'
import { outageOf } from '../lib/outage.js'
import { sayOncePerMinute } from '../lib/sayOncePerMinute.js'
import { type Mailer, openMailGate } from '../mail/mailer.js'
import type { Settings } from '../settings/settings.js'
import { openHints } from '../streams/hints/openHints.js'
import { openEventStreams } from '../streams/openEventStreams.js'
import { type Office, roundOf, tasksOf } from './tasks.js'

/** How often the queue looks for jobs whose time has come, ms: what runs out is to end on time, a mail can wait. */
const LOOK_FOR_DUE_MS = 250
const LOOK_FOR_MAIL_MS = 1_000

type MailJobs = Pick<Jobs, 'sendInviteMail'>

export interface AppOptions {
  settings: Settings
  log: Log
  /** Of the database to work on. */
  connectionString: string
  /** Base of invite links, without a slash at its end. */
  appUrl: () => string
  /** Verifies HS256 tokens where no identity provider is set. */
  jwtSecret: string | undefined
  /** Null: mail is not configured. */
  mailer: Mailer | null
  /** How long the database may be silent that owes an answer. */
  answerWithinMs?: number | undefined
}

export interface OpenApp {
  app: App
  authenticate: Authenticate
  /** Whether the database takes writes, asked anew. */
  ready(): Promise<boolean>
  /** Whether the database was silent when it was asked last, a second ago. */
  isStalled(): boolean
  /** Whether an error says that the database is away. The log says it once, and once that it is over. */
  isDatabaseAway(error: unknown): boolean
  close(): Promise<void>
}

/**
 * Everything of a server but its sockets: the database brought up to date, the domain on it, and the jobs
 * running. Where it fails nothing stays open.
 * @throws StartError
 */
export async function openApp(options: AppOptions): Promise<OpenApp> {
  const opened = closings()
  try {
    return await openWith(options, opened)
  } catch (error) {
    // What can't be closed either is not the reason.
    await opened.close().catch(() => {})
    throw error
  }
}

async function openWith(options: AppOptions, opened: Closings): Promise<OpenApp> {
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
    isPassing: isUnavailable,
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
  // After the jobs: what they commit while they stop is told to the other servers too.
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
    prisma: settings.accelerator.includes('reads')
      ? (prisma.$extends(prismaReads(database)) as unknown as typeof prisma)
      : prisma,
    transact,
    clock,
    cursors: cursorCodec(await instanceKey(database, 'cursor')),
    resolver: dnsResolver(settings.dns.servers ?? [], outageOf('Asking the DNS', log)),
    rules,
    streams,
  }
  const { keys, issuer, audiences, instanceToken } = settings.auth
  const report = logOfRefusals(log)
  const authenticate = authentication({
    database,
    transact,
    instanceToken,
    report,
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
  const gate = openMailGate({
    mailer,
    log,
    whileClosed: (failure) => giveUpOverdueMails(office, failure),
    isDatabaseAway,
  })
  opened.add(() => gate.stop())
  const office: Office = {
    // Nobody waits for a job, and to erase a large org takes its time.
    transact: (operation) => transact(operation, { patient: true }),
    database,
    mailer,
    gate,
    retryForMs: settings.mail.retryForMs,
    clock,
    log,
    isDatabaseAway,
    sayPutOff: sayOncePerMinute('the mail server put a mail off', log, 'info'),
  }
  const { sendInviteMail, ...others } = tasksOf(office)
  const { pool } = database
  // Apart, so that a mail server that hangs holds up nothing but mails.
  const mails = startJobs<MailJobs>({
    pool,
    tasks: { sendInviteMail },
    log,
    pollInterval: LOOK_FOR_MAIL_MS,
    gate: () => gate.opened(),
    isDatabaseAway,
  })
  const jobs = startJobs<Omit<Jobs, keyof MailJobs>>({
    pool,
    tasks: others,
    log,
    pollInterval: LOOK_FOR_DUE_MS,
    isDatabaseAway,
    concurrency: 2,
  })
  opened.add(() => Promise.all([jobs.stop(), mails.stop()]))
  await database.query(jobsSql<Jobs>([roundOf('expireOrgInvites'), roundOf('tidyUp')]))
  return {
    app,
    authenticate,
    ready: () => database.watch.takesWrites(),
    isStalled: () => database.watch.isSilent,
    isDatabaseAway,
    close: () => opened.close(),
  }
}

/** A key that all servers on a database share: the first one makes it. */
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
