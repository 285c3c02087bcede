import { type Brand, ownBrand, supportOf } from '../lib/brand.js'
import { Environment } from './environment.js'
import { environmentSource, type GivenSettings, gather } from './given.js'
import { BadSettings, problemsBetween, problemsOf } from './problems.js'

export { BadSettings } from './problems.js'
export { settingsReference } from './reference.js'

/** Undefined: Guildhall’s own look. */
const brandOf = (env: Environment): Brand | undefined => {
  const { BRAND_NAME, BRAND_LOGO_URL, BRAND_LOGO_FILE, BRAND_COLOR, BRAND_SUPPORT } = env
  const isSet = [BRAND_NAME, BRAND_LOGO_URL, BRAND_LOGO_FILE, BRAND_COLOR, BRAND_SUPPORT].some(
    (value) => value !== undefined,
  )
  if (!isSet) return undefined
  return {
    name: BRAND_NAME ?? ownBrand.name,
    logoUrl: BRAND_LOGO_URL && new URL(BRAND_LOGO_URL).href,
    logoFile: BRAND_LOGO_FILE,
    color: BRAND_COLOR,
    support: BRAND_SUPPORT === undefined ? undefined : supportOf(BRAND_SUPPORT),
  }
}

/** How sign-in tokens are verified. `generated`: by a random secret that is created once in the data directory. */
type SignInKeys =
  | { readonly by: 'secret'; readonly secret: string; readonly previous?: string | undefined }
  | { readonly by: 'jwks'; readonly url: string }
  | { readonly by: 'generated' }

const keysOf = (env: Environment): SignInKeys => {
  if (env.AUTH_JWT_SECRET !== undefined)
    return { by: 'secret', secret: env.AUTH_JWT_SECRET, previous: env.AUTH_JWT_SECRET_PREVIOUS }
  if (env.AUTH_JWKS_URL !== undefined) return { by: 'jwks', url: env.AUTH_JWKS_URL }
  return { by: 'generated' }
}

interface PagesSignIn {
  readonly clientId: string
  /** Separated by blanks. */
  readonly scopes: string
  readonly audience: string | undefined
  readonly resource: string | undefined
}

const pagesOf = (env: Environment): PagesSignIn | undefined => {
  if (env.OIDC_CLIENT_ID === undefined) return undefined
  return {
    clientId: env.OIDC_CLIENT_ID,
    scopes: env.OIDC_SCOPES,
    audience: env.OIDC_AUDIENCE,
    resource: env.OIDC_RESOURCE,
  }
}

/** The settings of traces. The SDK itself reads further OTEL_ variables: headers, sampler, batches, resource. */
export interface TraceSettings {
  readonly exporter: 'otlp' | 'console'
  /** Undefined: the exporter's own default, a collector on this machine. */
  readonly url: string | undefined
  readonly protocol: 'http/protobuf' | 'http/json' | 'grpc'
  /** Undefined: what OTEL_RESOURCE_ATTRIBUTES says, or else `guildhall`. */
  readonly serviceName: string | undefined
}

const tracesOf = (env: Environment): TraceSettings | undefined => {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/(?<!\/)\/+$/, '')
  const url = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base}/v1/traces`)
  const exporter = env.OTEL_TRACES_EXPORTER ?? (url === undefined ? 'none' : 'otlp')
  if (env.OTEL_SDK_DISABLED || exporter === 'none') return undefined
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL
  return { exporter, url, protocol, serviceName: env.OTEL_SERVICE_NAME }
}

const group = (env: Environment) => {
  const production = env.NODE_ENV === 'production'
  return {
    production,
    workers: env.WORKERS,
    /** The parts of the accelerator that are switched on. */
    accelerator: env.ACCELERATOR as readonly ('executor' | 'reads' | 'streams')[],
    log: { level: env.LOG_LEVEL },
    /** Undefined: Guildhall’s own look. */
    brand: brandOf(env),
    http: {
      port: env.PORT,
      host: env.HOST,
      /** Base URL of links, without a trailing slash. Undefined outside production: the server's own URL. */
      appUrl: env.APP_URL,
      allowedOrigins: env.ALLOWED_ORIGINS as readonly string[],
      trustedProxies: env.TRUST_PROXY,
      graphiql: env.GRAPHIQL ?? !production,
      introspection: env.INTROSPECTION ?? !production,
      shutdownDelayMs: env.SHUTDOWN_DELAY_S * 1_000,
      shutdownGraceMs: env.SHUTDOWN_GRACE_S * 1_000,
      accessLog: env.ACCESS_LOG,
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
      /** How the pages sign people in at the issuer. Undefined: they don't. */
      pages: pagesOf(env),
      instanceToken: env.INSTANCE_TOKEN,
      previousInstanceToken: env.INSTANCE_TOKEN_PREVIOUS,
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
    webhooks: {
      retryForMs: env.WEBHOOK_RETRY_FOR_S * 1_000,
      proxy: env.WEBHOOK_PROXY,
    },
    history: {
      /** Undefined: events are kept for ever. */
      eventsKeptMs: env.EVENT_RETENTION_D === undefined ? undefined : env.EVENT_RETENTION_D * 86_400_000,
    },
    metrics: {
      /** Undefined: there is no page. */
      port: env.METRICS_PORT,
      host: env.METRICS_HOST,
    },
    /** Undefined: no traces are made. */
    traces: tracesOf(env),
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
export type Settings = Readonly<ReturnType<typeof group>> & {
  /** The file that settings were read from, if any. */
  readonly configFile?: string | undefined
}

/**
 * Parses the texts of settings, for a list of what is in force.
 * @throws {BadSettings} which lists all bad settings
 */
export const parseGiven = (given: GivenSettings): Environment => {
  const parsed = Environment.safeParse(given.values)
  const problems = [
    ...given.problems,
    ...(parsed.success ? [] : problemsOf(parsed.error, given)),
    ...problemsBetween(given),
  ]
  if (parsed.success && problems.length === 0) return parsed.data
  throw new BadSettings(problems)
}

/** @throws {BadSettings} which lists all bad settings */
export const settingsOf = (given: GivenSettings): Settings => ({
  ...group(parseGiven(given)),
  configFile: given.file?.place,
})

/**
 * For a command, which reads only some settings: it needs none of those that production requires of a server.
 * @throws {BadSettings} which lists all bad settings
 */
export const settingsOfCommand = (given: GivenSettings): Settings => {
  const { NODE_ENV, ...values } = given.values
  return { ...settingsOf({ ...given, values }), production: NODE_ENV === 'production' }
}

/**
 * Reads settings from the environment alone, without a configuration file (contract §1).
 * @throws {BadSettings} which lists all bad settings
 */
export const readSettings = (env: NodeJS.ProcessEnv): Settings => settingsOf(gather([environmentSource(env)]))
