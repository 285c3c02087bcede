import type { z } from 'zod'
import { BadTemplates, openMailTemplates } from '../mail/mailer.js'
import { Environment, sections } from './environment.js'
import { about } from './kinds.js'

export { settingsReference } from './reference.js'

/** `message` lists all bad settings, one per line, and repeats no secret. */
export class BadSettings extends Error {
  override readonly name = 'BadSettings'
  constructor(readonly problems: readonly string[]) {
    super(
      `${problems.length === 1 ? 'A setting is' : `${problems.length} settings are`} wrong:\n` +
        problems.map((problem) => `  ${problem}`).join('\n'),
    )
  }
}

/** An empty variable counts as unset, because compose files and CI pass `NAME=` for missing values. */
const withoutEmpty = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''))

const secrets = new Set(
  Object.values(sections).flatMap((section) =>
    Object.entries(section).flatMap(([name, setting]) =>
      about.get(setting as z.ZodType)?.secret === true ? [name] : [],
    ),
  ),
)

const problemsOf = (error: z.ZodError, given: Record<string, string | undefined>): string[] => {
  const said = new Set<string>()
  return error.issues.flatMap(({ path, message }) => {
    const name = String(path[0])
    if (said.has(name)) return []
    said.add(name)
    return [`${name} ${message}${secrets.has(name) ? '' : `, not ${JSON.stringify(given[name])}`}`]
  })
}

/** Rules between settings. They read the raw variables, so that they also report while other settings are bad. */
const problemsBetween = (given: Record<string, string | undefined>): string[] => {
  const problems: string[] = []
  const has = (name: keyof Environment) => given[name] !== undefined
  if (has('AUTH_JWT_SECRET') && has('AUTH_JWKS_URL'))
    problems.push('AUTH_JWT_SECRET and AUTH_JWKS_URL exclude each other: set one of them')
  problems.push(...problemsOfTemplates(given.MAIL_TEMPLATES_DIR))
  if (given.NODE_ENV !== 'production') return problems
  if (!has('AUTH_JWT_SECRET') && !has('AUTH_JWKS_URL'))
    problems.push('AUTH_JWT_SECRET or AUTH_JWKS_URL is required in production')
  if (!has('APP_URL')) problems.push('APP_URL is required in production')
  if (has('SMTP_URL') && !has('MAIL_FROM'))
    problems.push('MAIL_FROM is required in production where SMTP_URL is set')
  return problems
}

function problemsOfTemplates(directory: string | undefined): string[] {
  if (directory === undefined) return []
  try {
    openMailTemplates(directory)
    return []
  } catch (error) {
    if (!(error instanceof BadTemplates)) throw error
    return error.problems.map((problem) => `MAIL_TEMPLATES_DIR ${problem}`)
  }
}

/** How sign-in tokens are verified. `generated`: by a random secret that is created once in the data directory. */
type SignInKeys =
  | { readonly by: 'secret'; readonly secret: string }
  | { readonly by: 'jwks'; readonly url: string }
  | { readonly by: 'generated' }

const keysOf = (env: Environment): SignInKeys => {
  if (env.AUTH_JWT_SECRET !== undefined) return { by: 'secret', secret: env.AUTH_JWT_SECRET }
  if (env.AUTH_JWKS_URL !== undefined) return { by: 'jwks', url: env.AUTH_JWKS_URL }
  return { by: 'generated' }
}

const group = (env: Environment) => {
  const production = env.NODE_ENV === 'production'
  return {
    production,
    workers: env.WORKERS,
    /** The parts of the accelerator that are switched on. */
    accelerator: env.ACCELERATOR as readonly ('executor' | 'reads' | 'streams')[],
    log: { level: env.LOG_LEVEL },
    http: {
      port: env.PORT,
      host: env.HOST,
      /** Base URL of links, without a trailing slash. Undefined outside production: the server's own URL. */
      appUrl: env.APP_URL,
      allowedOrigins: env.ALLOWED_ORIGINS as readonly string[],
      trustedProxies: env.TRUST_PROXY,
      graphiql: env.GRAPHIQL ?? !production,
      introspection: env.INTROSPECTION ?? !production,
      shutdownGraceMs: env.SHUTDOWN_GRACE_S * 1_000,
    },
    database: {
      dataDir: env.DATA_DIR,
      /** Undefined: the server runs the embedded PostgreSQL in `dataDir`. */
      url: env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
      redisUrl: env.REDIS_URL,
    },
    auth: {
      keys: keysOf(env),
      issuer: env.AUTH_ISSUER,
      audiences: env.AUTH_AUDIENCE as readonly string[] | undefined,
      instanceToken: env.INSTANCE_TOKEN,
    },
    accessTokens: {
      /** Undefined: `http.appUrl`. */
      issuer: env.TOKEN_ISSUER,
      audiences: env.TOKEN_AUDIENCES as readonly string[],
      lifetimeS: env.TOKEN_LIFETIME_S,
      /** Tokens of one user. 0 means no limit. */
      perMinute: env.ACCESS_TOKENS_PER_USER_PER_MINUTE,
      /** Undefined: outside production a generated one. */
      keySecret: env.KEY_ENCRYPTION_SECRET,
    },
    mail: {
      /** Undefined: mail goes to the local mailbox, in production nowhere. */
      smtpUrl: env.SMTP_URL,
      from: env.MAIL_FROM ?? 'Guildhall <guildhall@localhost>',
      retryForMs: env.MAIL_RETRY_FOR_S * 1_000,
      /** The language of mails that name none. */
      locale: env.MAIL_LOCALE,
      replyTo: env.MAIL_REPLY_TO,
      /** 0: no reminders. */
      reminderBeforeMs: env.INVITE_REMINDER_BEFORE_H * 3_600_000,
      inviteLifeDays: env.INVITE_EXPIRES_AFTER_D,
      /** Undefined: only the templates that are shipped. */
      templatesDir: env.MAIL_TEMPLATES_DIR,
    },
    dns: {
      servers: env.DNS_SERVERS as readonly string[] | undefined,
      emailDomainProof: env.EMAIL_DOMAIN_PROOF,
    },
    limits: {
      bodyBytes: env.MAX_BODY_BYTES,
      stringLength: env.MAX_STRING_LENGTH,
      depth: env.MAX_DEPTH,
      aliases: env.MAX_ALIASES,
      cost: env.MAX_COST,
      responseBytes: env.MAX_RESPONSE_BYTES,
      inFlight: env.MAX_IN_FLIGHT,
      inFlightPerCaller: env.MAX_IN_FLIGHT_PER_CALLER,
      /** Operations per minute. 0 means no limit. */
      ratePerAddress: env.RATE_LIMIT_PER_ADDRESS,
      operationsPerSocket: env.MAX_OPERATIONS_PER_SOCKET,
      socketsPerUser: env.MAX_SOCKETS_PER_USER,
      subscriberQueue: env.SUBSCRIBER_QUEUE_LIMIT,
      socketBufferBytes: env.SOCKET_BUFFER_BYTES,
      apiTokensPerOrg: env.MAX_API_TOKENS_PER_ORG,
      apiTokenDepth: env.MAX_API_TOKEN_DEPTH,
      emailDomainsPerOrg: env.MAX_EMAIL_DOMAINS_PER_ORG,
      mailsPerAddressPerDay: env.MAILS_PER_ADDRESS_PER_DAY,
      mailsPerAddressPerOrgPerDay: env.MAILS_PER_ADDRESS_PER_ORG_PER_DAY,
      mailsPerUserPerDay: env.MAILS_PER_USER_PER_DAY,
      invitesPerOrgPerDay: env.INVITES_PER_ORG_PER_DAY,
      orgsPerUserPerDay: env.ORGS_PER_USER_PER_DAY,
    },
    tiers: {
      FREE: { seats: env.FREE_SEATS, pendingInvites: env.FREE_PENDING_INVITES },
      PREMIUM: { seats: env.PREMIUM_SEATS, pendingInvites: env.PREMIUM_PENDING_INVITES },
    },
  } as const
}

/** The settings, read once at the start. */
export type Settings = Readonly<ReturnType<typeof group>>

/**
 * Reads the environment (contract §1).
 * @throws {BadSettings} which lists all bad settings
 */
export const readSettings = (env: NodeJS.ProcessEnv): Settings => {
  const given = withoutEmpty(env)
  const parsed = Environment.safeParse(given)
  const problems = [...(parsed.success ? [] : problemsOf(parsed.error, given)), ...problemsBetween(given)]
  if (parsed.success && problems.length === 0) return group(parsed.data)
  throw new BadSettings(problems)
}
