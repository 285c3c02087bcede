import { z } from 'zod'
import { databaseUrl } from './databaseUrl.js'
import {
  about,
  addressOrUrl,
  baseUrl,
  bearerToken,
  color,
  dnsServers,
  host,
  isList,
  languageTag,
  lineOfText,
  longSecret,
  mailbox,
  origins,
  picturePath,
  publicUrl,
  scopes,
  someOf,
  texts,
  trustedProxies,
  urlOf,
  wholeNumber,
  yesOrNo,
} from './kinds.js'

const process = {
  NODE_ENV: z
    .enum(['development', 'test', 'production'], 'must be development, test or production')
    .default('development')
    .register(about, {
      text: '`production` turns off default secrets, the demo sign-in and the mailbox page. GraphiQL and introspection are then off unless set.',
    }),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'must be a level of the log')
    .default('info')
    .register(about, {
      text: 'The lowest level that is logged: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.',
    }),
  ACCESS_LOG: yesOrNo().default(false).register(about, {
    text: 'Whether each request gets a line in the log: who asked (ids only), the operation, its duration, cost and outcome. See [Deploying](deploying.md#the-access-log).',
  }),
  WORKERS: wholeNumber(1, 64).default(1).register(about, {
    text: 'Server processes behind the one port. Each has its own connection pool, rate limits and other limits. One per core is enough.',
    unit: 'processes',
  }),
  ACCELERATOR: someOf('executor', 'reads', 'streams')
    .default(['executor', 'reads', 'streams'])
    .register(about, {
      text: 'Which parts of the accelerator are switched on, separated by commas, or `none`. They make the server faster and change no answer: `executor` compiles queries, `reads` turns Prisma’s reads into plain SQL, `streams` executes an event once for all subscribers who ask the same.',
    }),
  GUILDHALL_CONFIG: z.string().optional().register(about, {
    text: 'The path of a file with settings: `.yaml`, `.yml` or `.json`. It must exist. This setting itself can’t be in the file.',
    unset: '`guildhall.config.yaml`, `.yml` or `.json` in the working directory, if there is one',
  }),
  SHUTDOWN_DELAY_S: wholeNumber(0, 600).default(0).register(about, {
    text: 'How long the server goes on accepting requests after SIGTERM, while `/ready` already answers 503. So a load balancer stops sending requests before the server stops taking them.',
    unit: 's',
  }),
  SHUTDOWN_GRACE_S: wholeNumber(0, 600).default(10).register(about, {
    text: 'How long running requests may continue after SIGTERM, and after `SHUTDOWN_DELAY_S`, before they are ended.',
    unit: 's',
  }),
}

const database = {
  DATA_DIR: z.string().default('.data').register(about, {
    text: 'The directory of the embedded PostgreSQL, the generated secret and the local mailbox. Unused parts are not created.',
  }),
  DATABASE_URL: databaseUrl().optional().register(about, {
    text: 'A PostgreSQL to use instead of the embedded one. Several servers may share it.',
    unset: 'embedded PostgreSQL in `DATA_DIR`',
    secret: true,
  }),
  DATABASE_POOL_SIZE: wholeNumber(4, 1_000).default(10).register(about, {
    text: 'The largest connection pool of one server. It opens up to five more connections: two for its jobs, two for hints, and one that watches the database.',
    unit: 'connections',
  }),
  REDIS_URL: urlOf('redis', 'rediss').optional().register(about, {
    text: 'The Redis that carries wake-up hints between servers.',
    unset: 'hints are sent by PostgreSQL (LISTEN/NOTIFY)',
    secret: true,
  }),
}

const http = {
  PORT: wholeNumber(0, 65_535).default(4000).register(about, {
    text: 'The port to listen on. 0 takes a free port.',
  }),
  HOST: host().default('127.0.0.1').register(about, {
    text: 'The address to listen on. `0.0.0.0` or `::` listens on all addresses, for example in a container.',
  }),
  APP_URL: baseUrl().optional().register(about, {
    text: 'The base URL of links in mails, `APP_URL/invites/{token}`, and of invite links, `APP_URL/join/{token}`. It is never taken from a request. Required in production.',
    unset: 'this server’s own address',
  }),
  ALLOWED_ORIGINS: origins().default([]).register(about, {
    text: 'Origins, separated by commas, whose web pages may call the API by CORS and WebSocket. `https://*.example.com` matches all subdomains of `example.com`, but not `example.com` itself. The server’s own host and the host of `APP_URL` are always allowed.',
  }),
  TRUST_PROXY: trustedProxies().optional().register(about, {
    text: 'The proxies whose `X-Forwarded-For` is trusted: the number of proxies in front of the server, or their addresses and subnets, separated by commas.',
    unset: 'none: the client’s address is the socket’s',
  }),
  GRAPHIQL: yesOrNo().optional().register(about, {
    text: 'Whether browsers see GraphiQL at `/graphql`.',
    unset: 'only outside production',
  }),
  INTROSPECTION: yesOrNo().optional().register(about, {
    text: 'Whether clients may read the schema by `__schema` and `__type`.',
    unset: 'only outside production',
  }),
}

const signIn = {
  AUTH_JWT_SECRET: longSecret().optional().register(about, {
    text: 'The secret that verifies Bearer tokens (HS256 JWTs), 32 bytes or more. Production requires this or `AUTH_JWKS_URL`.',
    unset: 'outside production a random one is created once in `DATA_DIR`',
    secret: true,
  }),
  AUTH_JWT_SECRET_PREVIOUS: longSecret().optional().register(about, {
    text: 'A second secret that verifies Bearer tokens, to change `AUTH_JWT_SECRET` without a cut (docs/deploying.md).',
    unset: 'there is none',
    secret: true,
  }),
  AUTH_JWKS_URL: urlOf('https', 'http')
    .refine((text) => !URL.canParse(text) || new URL(text).username === '', 'must hold no credentials')
    .optional()
    .register(about, {
      text: 'Instead of `AUTH_JWT_SECRET`: the URL of an OpenID provider’s public keys (RS, PS, ES, EdDSA). It is the `jwks_uri` of the provider’s discovery document.',
      secret: true,
    }),
  AUTH_ISSUER: z.string().optional().register(about, {
    text: 'The only `iss` that is accepted.',
    unset: 'not checked',
  }),
  AUTH_AUDIENCE: texts().optional().register(about, {
    text: 'The accepted values of `aud`, separated by commas. A token must have one of them.',
    unset: 'not checked',
  }),
  OIDC_CLIENT_ID: z.string().optional().register(about, {
    text: 'The id of a public client at the OpenID provider `AUTH_ISSUER`. With it people sign in to the pages `/live`, `/invites` and `/join` there ([Deploying](deploying.md#signing-in-to-the-pages)). It needs `AUTH_JWKS_URL`.',
    unset: 'outside production one chooses a person; in production nobody can sign in to these pages',
  }),
  OIDC_SCOPES: scopes().default('openid profile email').register(about, {
    text: 'The scopes that the pages ask for, separated by blanks. Many providers give a refresh token only with `offline_access`.',
  }),
  OIDC_AUDIENCE: z.string().optional().register(about, {
    text: 'What the pages send to the provider as `audience`, such as `https://api.example.com`. Auth0 needs it.',
    unset: 'nothing is sent',
  }),
  OIDC_RESOURCE: z.string().optional().register(about, {
    text: 'The same as `resource` (RFC 8707), for providers that read that one.',
    unset: 'nothing is sent',
  }),
  INSTANCE_TOKEN: bearerToken().optional().register(about, {
    text: 'A secret of 32 characters or more. As a Bearer token it has every permission of the instance, to create the first orgs and tokens.',
    unset: 'there is none',
    secret: true,
  }),
  INSTANCE_TOKEN_PREVIOUS: bearerToken().optional().register(about, {
    text: 'A second secret with the same permissions, to change `INSTANCE_TOKEN` without a cut (docs/deploying.md).',
    unset: 'there is none',
    secret: true,
  }),
}

const brand = {
  BRAND_NAME: lineOfText(60).optional().register(about, {
    text: 'The name of your product. The pages and mails speak in its name ([Deploying](deploying.md#your-brand)).',
    unset: '`Guildhall`',
  }),
  BRAND_LOGO_URL: publicUrl().optional().register(about, {
    text: 'The https URL of your logo, for pages and mails. The pages show it before the name. Mail programs show PNG and JPEG, and often no SVG.',
    unset: 'no logo, or that in `BRAND_LOGO_FILE`',
  }),
  BRAND_LOGO_FILE: picturePath().optional().register(about, {
    text: 'Instead of `BRAND_LOGO_URL`: the path of a picture of 200 KB or less, which the server itself serves to its pages. Mails then have no logo.',
    unset: 'no logo, or that at `BRAND_LOGO_URL`',
  }),
  BRAND_COLOR: color().optional().register(about, {
    text: 'The colour of buttons, links and marks on the pages, and of the button in mails, such as `#1d6b60`. The text on it is black or white, whichever can be read. Where the colour itself is text, it is made darker or lighter until it can be read.',
    unset: 'Guildhall’s own colours',
  }),
  BRAND_SUPPORT: addressOrUrl().optional().register(about, {
    text: 'Where people find help: an e-mail address, or an https URL. It is shown at the end of pages and mails.',
    unset: 'not shown',
  }),
}

const accessTokens = {
  TOKEN_ISSUER: z.string().optional().register(about, {
    text: 'The `iss` of org access tokens.',
    unset: '`APP_URL`',
  }),
  TOKEN_AUDIENCES: texts().default(['guildhall']).register(about, {
    text: 'The values that a client may choose for the `aud` of an org access token, separated by commas. The first one is used if the client chooses none.',
  }),
  TOKEN_LIFETIME_S: wholeNumber(60, 3_600).default(300).register(about, {
    text: 'How long an org access token is valid. A back end that verifies tokens learns of lost roles that late.',
    unit: 's',
  }),
  KEY_ENCRYPTION_SECRET: longSecret().optional().register(about, {
    text: 'The secret that encrypts the keys of org access tokens and the secrets of webhooks in the database, 32 bytes or more. All servers of a database need the same. In production no org access tokens are issued and no webhooks can be created without it.',
    unset: 'outside production a random one is kept in the database',
    secret: true,
  }),
}

const mail = {
  SMTP_URL: urlOf('smtp', 'smtps').optional().register(about, {
    text: 'The mail server, as `smtps://user:password@mail.example.com`.',
    unset: 'outside production mails appear on the page `/mail`; in production they are not sent',
    secret: true,
  }),
  MAIL_FROM: mailbox().optional().register(about, {
    text: 'The sender of mails. Required in production if `SMTP_URL` is set.',
    unset: '`Guildhall <guildhall@localhost>`',
  }),
  MAIL_RETRY_FOR_S: wholeNumber(0).default(3_600).register(about, {
    text: 'How long a failing mail is retried before its delivery counts as failed.',
    unit: 's',
  }),
  MAIL_LOCALE: languageTag().default('en').register(about, {
    text: 'The language of a mail whose invite names none, as a BCP 47 tag such as `de` or `fr-CA`. Mails are written in `en`, `de`, `fr`, `es` and `ar`. For another tag it is the nearest of these, or English.',
  }),
  MAIL_TEMPLATES_DIR: z.string().optional().register(about, {
    text: 'A folder whose files replace some or all of the mail templates (docs/mail.md). A template with an error stops the start.',
    unset: 'the shipped templates',
  }),
  INVITE_EXPIRES_AFTER_D: wholeNumber(1, 90).default(7).register(about, {
    text: 'How long an invite can be answered if `expiresAt` is left out. Invites that exist keep their time.',
    unit: 'days',
  }),
  INVITE_REMINDER_BEFORE_H: wholeNumber(0, 2_160).default(0).register(about, {
    text: 'How long before an invite expires its reminder is sent, to the address that its mail went to. 0 means no reminders. An invite that was given less time than that has none.',
    unit: 'hours',
  }),
  MAIL_REPLY_TO: z.enum(['none', 'inviter'], 'must be none or inviter').default('none').register(about, {
    text: 'Who gets the answers to mails. `inviter`: the user who invites, at their verified address, which the invitee then sees. `none`: the sender in `MAIL_FROM`.',
  }),
  MAILS_PER_ADDRESS_PER_DAY: wholeNumber(1).default(10).register(about, {
    text: 'The most mails to one address within 24 hours, from all orgs together. Addresses that differ only in their `+tag` count as one.',
    unit: 'mails',
  }),
  MAILS_PER_ADDRESS_PER_ORG_PER_DAY: wholeNumber(1).default(3).register(about, {
    text: 'The most of these mails from one org, so that one org can’t use up an address for the others.',
    unit: 'mails',
  }),
  MAILS_PER_USER_PER_DAY: wholeNumber(1).default(200).register(about, {
    text: 'The most mails that one user may cause within 24 hours, in all orgs together, including by the API tokens that the user created there. Mails caused by tokens of the instance do not count.',
    unit: 'mails',
  }),
  INVITES_PER_ORG_PER_DAY: wholeNumber(1)
    .default(500)
    .register(about, { text: 'The most invites that one org may create within 24 hours.', unit: 'invites' }),
  ORGS_PER_USER_PER_DAY: wholeNumber(1).default(50).register(about, {
    text: 'The most orgs that one user may create within 24 hours. Tokens of the instance have no such limit.',
    unit: 'orgs',
  }),
  EMAIL_DOMAIN_PROOF: z
    .enum(['address', 'dns'], 'must be address or dns')
    .default('address')
    .register(about, {
      text: 'How an org proves that it owns an e-mail domain. `address`: the user who binds the domain has a verified address in it, or by DNS. `dns`: by DNS only. Use `dns` if anybody can create an org, because no list contains every public mail provider.',
    }),
  DNS_SERVERS: dnsServers().optional().register(about, {
    text: 'The DNS servers for the proof of e-mail domains and for the hosts of webhooks, such as `127.0.0.1:5353`, separated by commas.',
    unset: 'those of the operating system',
  }),
}

const webhooks = {
  WEBHOOK_RETRY_FOR_S: wholeNumber(0).default(259_200).register(about, {
    text: 'How long a message to a webhook is retried. Then it counts as failed, and the webhook is switched off.',
    unit: 's',
  }),
  WEBHOOK_PROXY: urlOf('http', 'https').optional().register(about, {
    text: 'An HTTP proxy for all messages to webhooks, as `http://proxy.example.com:3128`. It gets the address that was checked, and never the name.',
    unset: 'the server connects by itself',
    secret: true,
  }),
}

const otlpProtocol = () =>
  z.enum(['http/protobuf', 'http/json', 'grpc'], 'must be http/protobuf or http/json')

const history = {
  EVENT_RETENTION_D: wholeNumber(1, 36_500).optional().register(about, {
    text: 'How long events are kept. Older ones are deleted, the newest of each org and what a webhook has not delivered excepted. A subscription with a cursor before deleted events ends with EVENTS_GONE. Set it once all servers have a version that knows it, and to the same on all.',
    unit: 'days',
    unset: 'for ever',
  }),
}

const telemetry = {
  METRICS_PORT: wholeNumber(0, 65_535).optional().register(about, {
    text: 'The port of the page `/metrics`, which Prometheus reads ([Deploying](deploying.md#metrics)). 0 takes a free port. With several `WORKERS`, the page has the sum of all of them.',
    unset: 'there is no such page',
  }),
  METRICS_HOST: host().default('127.0.0.1').register(about, {
    text: 'The address of the page `/metrics`. Anyone who reaches it can read it.',
  }),
  OTEL_TRACES_EXPORTER: z
    .enum(['otlp', 'console', 'none'], 'must be otlp, console or none')
    .optional()
    .register(about, {
      text: 'Where traces are sent ([Deploying](deploying.md#traces)): `otlp` sends them to the collector at `OTEL_EXPORTER_OTLP_ENDPOINT`, `console` prints them, `none` makes none.',
      unset: '`otlp` if an endpoint is set, else `none`',
    }),
  OTEL_EXPORTER_OTLP_ENDPOINT: urlOf('http', 'https').optional().register(about, {
    text: 'The base URL of an OpenTelemetry collector, such as `http://127.0.0.1:4318`. Traces are sent to `/v1/traces` below it.',
    unset: 'no traces are sent',
    secret: true,
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: urlOf('http', 'https').optional().register(about, {
    text: 'The whole URL for traces. It wins over `OTEL_EXPORTER_OTLP_ENDPOINT`.',
    secret: true,
  }),
  // `grpc` is refused only if traces are sent: the variable may be set for all services of a host.
  OTEL_EXPORTER_OTLP_PROTOCOL: otlpProtocol().default('http/protobuf').register(about, {
    text: 'How traces are encoded: `http/protobuf` or `http/json`. `grpc` is not supported.',
  }),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: otlpProtocol().optional().register(about, {
    text: 'The same, for traces only.',
    unset: '`OTEL_EXPORTER_OTLP_PROTOCOL`',
  }),
  OTEL_SERVICE_NAME: z.string().optional().register(about, {
    text: 'The name of this service in traces.',
    unset: '`service.name` in `OTEL_RESOURCE_ATTRIBUTES`, else `guildhall`',
  }),
  OTEL_SDK_DISABLED: yesOrNo().default(false).register(about, {
    text: '`true` makes no traces, whatever the other variables say.',
  }),
}

const limits = {
  MAX_BODY_BYTES: wholeNumber(1)
    .default(262_144)
    .register(about, { text: 'The largest request body, before and after decompression.', unit: 'bytes' }),
  MAX_STRING_LENGTH: wholeNumber(1).default(8_192).register(about, {
    text: 'The longest string in a document’s arguments and in variables.',
    unit: 'UTF-16 code units',
  }),
  MAX_DEPTH: wholeNumber(1, 100)
    .default(12)
    .register(about, { text: 'The deepest nesting of fields in a document.', unit: 'levels' }),
  MAX_ALIASES: wholeNumber(0)
    .default(15)
    .register(about, { text: 'The most aliases in a document.', unit: 'aliases' }),
  MAX_COST: wholeNumber(1).default(50_000).register(about, {
    text: 'The most fields that one operation may request. Fields in a list count once per item of the page size.',
    unit: 'fields',
  }),
  MAX_RESPONSE_BYTES: wholeNumber(1_024).default(5_000_000).register(about, {
    text: 'The largest answer of one operation, and the largest message of a stream. A larger one is refused with COST_LIMIT.',
    unit: 'bytes',
  }),
  MAX_IN_FLIGHT: wholeNumber(1).default(512).register(about, {
    text: 'The most operations in flight on one server, including those that wait for their turn. Further ones are refused at once with UNAVAILABLE. Open streams do not count.',
    unit: 'operations',
  }),
  MAX_IN_FLIGHT_PER_CALLER: wholeNumber(1).default(64).register(about, {
    text: 'The most of these operations of one user or token. Anonymous callers are counted by address. Further ones are refused at once with RATE_LIMITED.',
    unit: 'operations',
  }),
  RATE_LIMIT_PER_ADDRESS: wholeNumber(0).default(6_000).register(about, {
    text: 'The most requests from one client address in a minute: operations over HTTP and WebSocket, new sockets, pages and their files. 0 means no limit. Requests with a valid API token do not count.',
    unit: 'requests per minute',
  }),
  MAX_OPERATIONS_PER_SOCKET: wholeNumber(1)
    .default(100)
    .register(about, { text: 'The most operations that run at once on one WebSocket.', unit: 'operations' }),
  MAX_SOCKETS_PER_USER: wholeNumber(1).default(10_000).register(about, {
    text: 'The most open WebSockets of one user or token on one server, and the most open streams over HTTP. Anonymous callers are counted by address.',
    unit: 'sockets, and streams',
  }),
  ACCESS_TOKENS_PER_USER_PER_MINUTE: wholeNumber(0).default(600).register(about, {
    text: 'The most org access tokens that one server signs for one user in a minute. 0 means no limit.',
    unit: 'tokens per minute',
  }),
  MAX_API_TOKENS_PER_ORG: wholeNumber(1, 1_000).default(100).register(about, {
    text: 'The most API tokens of one org, and of the instance. Revoked and expired tokens do not count.',
    unit: 'tokens',
  }),
  MAX_API_TOKEN_DEPTH: wholeNumber(1, 32).default(8).register(about, {
    text: 'The longest chain of creators of one API token: the user or `INSTANCE_TOKEN` that created the first token, then each token that created the next.',
    unit: 'creators',
  }),
  MAX_EMAIL_DOMAINS_PER_ORG: wholeNumber(1, 1_000)
    .default(20)
    .register(about, { text: 'The most e-mail domains of one org, proven or not.', unit: 'domains' }),
  SUBSCRIBER_QUEUE_LIMIT: wholeNumber(1).default(1_000).register(about, {
    text: 'The most events that may wait for one subscriber. With more, its subscription ends with SLOW_CONSUMER.',
    unit: 'events',
  }),
  SOCKET_BUFFER_BYTES: wholeNumber(65_536).default(1_048_576).register(about, {
    text: 'The most bytes that may wait for one WebSocket. With more, its operations end with SLOW_CONSUMER and it closes.',
    unit: 'bytes',
  }),
}

const tiers = {
  FREE_SEATS: wholeNumber(1)
    .default(25)
    .register(about, { text: 'The most members of an org of tier FREE.', unit: 'members' }),
  FREE_PENDING_INVITES: wholeNumber(0)
    .default(25)
    .register(about, { text: 'The most pending invites of an org of tier FREE.', unit: 'invites' }),
  PREMIUM_SEATS: wholeNumber(1)
    .default(10_000)
    .register(about, { text: 'The most members of an org of tier PREMIUM.', unit: 'members' }),
  PREMIUM_PENDING_INVITES: wholeNumber(0)
    .default(10_000)
    .register(about, { text: 'The most pending invites of an org of tier PREMIUM.', unit: 'invites' }),
}

/** All settings, in the order and under the headings of the reference. */
export const sections = {
  Process: process,
  Database: database,
  HTTP: http,
  'Signing in': signIn,
  Brand: brand,
  'Org access tokens': accessTokens,
  'Mail and proofs': mail,
  Webhooks: webhooks,
  History: history,
  'Metrics and traces': telemetry,
  Limits: limits,
  Tiers: tiers,
}

/** The environment as Guildhall reads it. Unknown names are dropped. */
export const Environment = z.object({
  ...process,
  ...database,
  ...http,
  ...signIn,
  ...brand,
  ...accessTokens,
  ...mail,
  ...webhooks,
  ...history,
  ...telemetry,
  ...limits,
  ...tiers,
})
export type Environment = z.output<typeof Environment>

const namesOf = (has: (setting: z.ZodType) => boolean): ReadonlySet<string> =>
  new Set(Object.entries(Environment.shape).flatMap(([name, setting]) => (has(setting) ? [name] : [])))

export const settingNames = namesOf(() => true)
export const secretNames = namesOf((setting) => about.get(setting)?.secret === true)
export const listNames = namesOf(isList)

/** The variable that names a file with the value of a secret setting, such as AUTH_JWT_SECRET_FILE. */
export const fileVariable = (secretName: string): string => `${secretName}_FILE`
