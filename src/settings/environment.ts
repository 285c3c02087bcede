import { z } from 'zod'
import { databaseUrl } from './databaseUrl.js'
import {
  about,
  baseUrl,
  dnsServers,
  host,
  mailbox,
  origins,
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
      text: 'In `production` there are no default secrets, no demo sign-in, no mailbox page, and no GraphiQL and introspection unless asked for.',
    }),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'must be a level of the log')
    .default('info')
    .register(about, {
      text: 'The least important lines that are written: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.',
    }),
  WORKERS: wholeNumber(1, 64).default(1).register(about, {
    text: 'Processes that serve behind the one port, each a whole server with a pool, rates and limits of its own: one a core is plenty.',
    unit: 'processes',
  }),
  ACCELERATOR: someOf('executor', 'reads', 'streams')
    .default(['executor', 'reads', 'streams'])
    .register(about, {
      text: 'Which parts of the accelerator are switched on, separated by commas, or `none`. They make the server faster and change no answer: `executor` compiles queries, `reads` turns Prisma’s reads into plain SQL, `streams` executes an event once for all subscribers who ask the same.',
    }),
  SHUTDOWN_GRACE_S: wholeNumber(0, 600).default(10).register(about, {
    text: 'How long requests in flight may go on after SIGTERM before they are cut off.',
    unit: 's',
  }),
}

const database = {
  DATA_DIR: z.string().default('.data').register(about, {
    text: 'Where the embedded PostgreSQL, the made-up secret and the local mailbox live. Unused parts are not created.',
  }),
  DATABASE_URL: databaseUrl().optional().register(about, {
    text: 'A PostgreSQL to use instead of the embedded one. Several servers may share it.',
    unset: 'embedded PostgreSQL in `DATA_DIR`',
    secret: true,
  }),
  // Two of them listen for jobs.
  DATABASE_POOL_SIZE: wholeNumber(4, 1_000).default(10).register(about, {
    text: 'Connections to PostgreSQL that one server works with at most. It holds up to five more: two that prove that its jobs are run, two for hints, and one that watches the database.',
    unit: 'connections',
  }),
  REDIS_URL: urlOf('redis', 'rediss').optional().register(about, {
    text: 'Wake-up hints between servers go by this Redis.',
    unset: 'hints go by PostgreSQL (LISTEN/NOTIFY)',
    secret: true,
  }),
}

const http = {
  PORT: wholeNumber(0, 65_535).default(4000).register(about, {
    text: 'The port to listen on; 0 takes a free one.',
  }),
  HOST: host().default('127.0.0.1').register(about, {
    text: 'The address to listen on; `0.0.0.0` or `::` for all, in a container say.',
  }),
  APP_URL: baseUrl().optional().register(about, {
    text: 'Base of the links in mails, `APP_URL/invites/{token}`. Never taken from a request. Required in production.',
    unset: 'this server’s own address',
  }),
  ALLOWED_ORIGINS: origins().default([]).register(about, {
    text: 'Origins of web pages, separated by commas, that may call from a browser, by CORS and by WebSocket. `https://*.example.com` stands for all hosts below `example.com`, at any depth, and not for `example.com` itself. The server’s own host and that of `APP_URL` always may.',
  }),
  TRUST_PROXY: trustedProxies().optional().register(about, {
    text: 'Whose `X-Forwarded-For` is believed: a number of proxies in front, or their addresses and subnets separated by commas.',
    unset: 'nobody’s: the client’s address is the socket’s',
  }),
  GRAPHIQL: yesOrNo().optional().register(about, {
    text: 'Whether GraphiQL is shown at `/graphql`.',
    unset: 'only outside production',
  }),
  INTROSPECTION: yesOrNo().optional().register(about, {
    text: 'Whether the schema may be asked for by `__schema` and `__type`.',
    unset: 'only outside production',
  }),
}

const signIn = {
  AUTH_JWT_SECRET: z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= 32, 'must be 32 bytes or more')
    .optional()
    .register(about, {
      text: 'Secret of the HS256 JWTs that are accepted as Bearer, 32 bytes or more. This or `AUTH_JWKS_URL` is required in production.',
      unset: 'outside production a random one is made once in `DATA_DIR`',
      secret: true,
    }),
  AUTH_JWKS_URL: urlOf('https', 'http')
    .refine((text) => !URL.canParse(text) || new URL(text).username === '', 'must hold no credentials')
    .optional()
    .register(about, {
      text: 'Instead: where an OpenID provider publishes its keys (RS, PS, ES, EdDSA): the `jwks_uri` of its discovery document.',
      secret: true,
    }),
  AUTH_ISSUER: z.string().optional().register(about, {
    text: 'The only `iss` that is accepted.',
    unset: 'not checked',
  }),
  AUTH_AUDIENCE: texts().optional().register(about, {
    text: 'The `aud` that a token must be meant for, or several, separated by commas: then one of them.',
    unset: 'not checked',
  }),
  INSTANCE_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{32,}$/, 'must be 32 characters or more, printable ASCII without blanks')
    .optional()
    .register(about, {
      text: 'Bootstrap secret, 32 characters or more: a Bearer with every permission of the instance.',
      unset: 'there is none',
      secret: true,
    }),
}

const mail = {
  SMTP_URL: urlOf('smtp', 'smtps').optional().register(about, {
    text: 'The mail server, as `smtps://user:password@mail.example.com`.',
    unset: 'outside production mail goes to the page `/mail`, in production it isn’t sent',
    secret: true,
  }),
  MAIL_FROM: mailbox().optional().register(about, {
    text: 'Who the mails are from. Required in production where `SMTP_URL` is set.',
    unset: '`Guildhall <guildhall@localhost>`',
  }),
  MAIL_RETRY_FOR_S: wholeNumber(0).default(3_600).register(about, {
    text: 'How long a mail server that fails is tried again before the delivery counts as failed.',
    unit: 's',
  }),
  MAILS_PER_ADDRESS_PER_DAY: wholeNumber(1).default(10).register(about, {
    text: 'Mails to one address within 24 hours, whichever orgs ask for them. Addresses that differ in their `+tag` alone count as one.',
    unit: 'mails',
  }),
  MAILS_PER_ADDRESS_PER_ORG_PER_DAY: wholeNumber(1).default(3).register(about, {
    text: 'Of those the most that one org may ask for, so that none uses an address up for the others.',
    unit: 'mails',
  }),
  MAILS_PER_USER_PER_DAY: wholeNumber(1).default(200).register(about, {
    text: 'Mails that one person may ask for within 24 hours, in all orgs together and by the API tokens that they made there; those of the instance’s tokens are not counted.',
    unit: 'mails',
  }),
  INVITES_PER_ORG_PER_DAY: wholeNumber(1)
    .default(500)
    .register(about, { text: 'Invites made by one org within 24 hours.', unit: 'invites' }),
  ORGS_PER_USER_PER_DAY: wholeNumber(1).default(50).register(about, {
    text: 'Orgs founded by one user within 24 hours; instance tokens found as many as they like.',
    unit: 'orgs',
  }),
  EMAIL_DOMAIN_PROOF: z
    .enum(['address', 'dns'], 'must be address or dns')
    .default('address')
    .register(about, {
      text: 'What proves that an e-mail domain is an org’s own. `address`: a verified address in it, of whoever binds it, or the DNS. `dns`: the DNS alone. Take `dns` where anybody can found an org: no list knows of every public mail provider.',
    }),
  DNS_SERVERS: dnsServers().optional().register(about, {
    text: 'Resolvers for the proof of e-mail domains, as `127.0.0.1:5353`, separated by commas.',
    unset: 'those of the operating system',
  }),
}

const limits = {
  MAX_BODY_BYTES: wholeNumber(1)
    .default(262_144)
    .register(about, { text: 'The largest request body, also after decompression.', unit: 'bytes' }),
  MAX_STRING_LENGTH: wholeNumber(1).default(8_192).register(about, {
    text: 'The longest string in a document’s values and in variables.',
    unit: 'UTF-16 code units',
  }),
  MAX_DEPTH: wholeNumber(1, 100)
    .default(12)
    .register(about, { text: 'How deep fields may be nested in a document.', unit: 'levels' }),
  MAX_ALIASES: wholeNumber(0)
    .default(15)
    .register(about, { text: 'Aliases in a document.', unit: 'aliases' }),
  MAX_COST: wholeNumber(1).default(50_000).register(about, {
    text: 'How many fields one operation may ask for, each list counted with its page size.',
    unit: 'fields',
  }),
  MAX_RESPONSE_BYTES: wholeNumber(1_024).default(5_000_000).register(about, {
    text: 'The largest answer of one operation, and the largest message of a stream. A larger one is COST_LIMIT.',
    unit: 'bytes',
  }),
  MAX_IN_FLIGHT: wholeNumber(1).default(512).register(about, {
    text: 'Operations that may be under way at once on one server, those that wait for their turn included. Further ones are UNAVAILABLE at once. Open streams do not count.',
    unit: 'operations',
  }),
  MAX_IN_FLIGHT_PER_CALLER: wholeNumber(1).default(64).register(about, {
    text: 'How many of these may be one user’s or one token’s. Who is nobody is counted by address. Further ones are RATE_LIMITED at once.',
    unit: 'operations',
  }),
  RATE_LIMIT_PER_ADDRESS: wholeNumber(0).default(6_000).register(about, {
    text: 'What one client address may ask for in a minute: operations over HTTP and WebSocket, sockets opened, pages and their files; 0 sets no limit. What is asked with a valid API token does not count.',
    unit: 'requests a minute',
  }),
  MAX_OPERATIONS_PER_SOCKET: wholeNumber(1)
    .default(100)
    .register(about, { text: 'Operations running at once on one WebSocket.', unit: 'operations' }),
  MAX_SOCKETS_PER_USER: wholeNumber(1).default(10_000).register(about, {
    text: 'WebSockets that one user or token may hold open on one server, and as many streams over HTTP beside them. Who is nobody is counted by address.',
    unit: 'sockets, and streams',
  }),
  MAX_API_TOKENS_PER_ORG: wholeNumber(1, 1_000).default(100).register(about, {
    text: 'Valid API tokens of one org, and as many of the instance. Those that were revoked or have expired don’t count.',
    unit: 'tokens',
  }),
  MAX_API_TOKEN_DEPTH: wholeNumber(1, 32).default(8).register(about, {
    text: 'Makers behind one API token: the person or `INSTANCE_TOKEN` that made the first, then each token that made the next.',
    unit: 'makers',
  }),
  MAX_EMAIL_DOMAINS_PER_ORG: wholeNumber(1, 1_000)
    .default(20)
    .register(about, { text: 'E-mail domains bound to one org, proven or not.', unit: 'domains' }),
  SUBSCRIBER_QUEUE_LIMIT: wholeNumber(1).default(1_000).register(about, {
    text: 'Events that may wait for one subscriber before it is cut off with SLOW_CONSUMER.',
    unit: 'events',
  }),
  SOCKET_BUFFER_BYTES: wholeNumber(65_536).default(1_048_576).register(about, {
    text: 'Bytes that may wait for one WebSocket to be read before it is cut off with SLOW_CONSUMER.',
    unit: 'bytes',
  }),
}

const tiers = {
  FREE_SEATS: wholeNumber(1)
    .default(25)
    .register(about, { text: 'Members of an org of tier FREE.', unit: 'members' }),
  FREE_PENDING_INVITES: wholeNumber(0)
    .default(25)
    .register(about, { text: 'Pending invites of an org of tier FREE.', unit: 'invites' }),
  PREMIUM_SEATS: wholeNumber(1)
    .default(10_000)
    .register(about, { text: 'Members of an org of tier PREMIUM.', unit: 'members' }),
  PREMIUM_PENDING_INVITES: wholeNumber(0)
    .default(10_000)
    .register(about, { text: 'Pending invites of an org of tier PREMIUM.', unit: 'invites' }),
}

/** Every setting there is, in the order and under the headings of the reference. */
export const sections = {
  Process: process,
  Database: database,
  HTTP: http,
  'Signing in': signIn,
  'Mail and proofs': mail,
  Limits: limits,
  Tiers: tiers,
}

/** The environment as Guildhall reads it; names that it doesn't know are dropped. */
export const Environment = z.object({
  ...process,
  ...database,
  ...http,
  ...signIn,
  ...mail,
  ...limits,
  ...tiers,
})
export type Environment = z.output<typeof Environment>
