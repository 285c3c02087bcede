import { randomBytes, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, beforeAll } from 'vitest'
import { createLog, type Log } from '../../src/lib/log.js'
import type { Mailer } from '../../src/mail/mailer.js'
import { readSettings } from '../../src/settings/settings.js'
import { type StartedServer, startServer } from '../../src/start/server.js'
import { createDatabase, type DatabaseOptions, type TestDatabase } from './database.js'

export const JWT_SECRET = 'a secret of the tests, of 32 bytes or more'
export const INSTANCE_TOKEN = 'the-instance-token-of-the-tests-0123456789'
export const APP_URL = 'https://app.example'

/** A GraphQL answer, as tests read it. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers, and a wrong path fails them
  data: any
  errors?: Array<{ message: string; path?: unknown[]; extensions: { code: string; id?: string } }>
}

/** A caller: a person with a JWT, or an API token. */
export interface Client {
  /** `Bearer …`, or undefined for an anonymous caller. */
  authorization: string | undefined
  ask(document: string, variables?: Record<string, unknown>): Promise<Answer>
}

export interface TestPerson extends Client {
  subject: string
  email: string
  name: string
  /** Global id. */
  id: string
}

export interface Claims {
  subject?: string
  email?: string | null
  verified?: boolean
  name?: string
  /** Seconds since 1970. */
  issuedAt?: number
  /** Seconds from now. */
  livesFor?: number
}

/** A server with its own database, shared by the tests of a describe block. */
export interface TestServer {
  readonly server: StartedServer
  readonly database: TestDatabase
  readonly url: string
  /** An anonymous caller, without a credential. */
  readonly nobody: Client
  /** Has every permission. */
  readonly instance: Client
  /** Signs up a new person with a verified address. */
  signUp(claims?: Claims): Promise<TestPerson>
  /** Returns an `Authorization` header for the claims. */
  authorize(claims: Claims & { subject: string }): Promise<string>
  bearer(authorization: string | undefined): Client
  /**
   * Starts another server on the same database. `env`: settings in addition to those of the tests.
   */
  startAnother(options?: { env?: Record<string, string> }): Promise<StartedServer>
  /** Stops a server early. The next server that starts takes its place. */
  stop(server: StartedServer): Promise<void>
}

export interface TestServerOptions {
  /** Settings in addition to those of all tests. */
  env?: Record<string, string>
  /** Default: mail is not configured. */
  mailer?: () => Mailer | null
  /** Default: silent. */
  log?: Log
  database?: DatabaseOptions
}

/** Starts a server before the tests of a describe block and stops it after them. */
export function useTestServer({
  env = {},
  mailer = () => null,
  log,
  database: options = {},
}: TestServerOptions = {}): TestServer {
  let database: TestDatabase
  const servers: StartedServer[] = []
  const start = async (own: { env?: Record<string, string> } = {}) => {
    const settings = readSettings({
      PORT: '0',
      AUTH_JWT_SECRET: JWT_SECRET,
      INSTANCE_TOKEN,
      LOG_LEVEL: 'silent',
      INVITES_PER_ORG_PER_DAY: '1000000',
      ORGS_PER_USER_PER_DAY: '1000000',
      // All people of a test share one address.
      RATE_LIMIT_PER_ADDRESS: '0',
      ...env,
      ...own.env,
    })
    const server = await startServer({
      settings,
      log: log ?? createLog({ level: settings.log.level, production: true }),
      connectionString: database.url,
      appUrl: APP_URL,
      jwtSecret: undefined,
      mailer: mailer(),
    })
    servers.push(server)
    return server
  }
  beforeAll(async () => {
    database = await createDatabase(options)
    await start()
  })
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()))
    await database.drop()
  })
  const first = () => {
    const [server] = servers
    if (!server) throw new Error('the server runs only while its tests do')
    return server
  }
  const bearer = (authorization: string | undefined): Client => ({
    authorization,
    ask: (document, variables) => ask(first().url, authorization, document, variables),
  })
  return {
    get server() {
      return first()
    },
    get database() {
      return database
    },
    get url() {
      return first().url
    },
    get nobody() {
      return bearer(undefined)
    },
    get instance() {
      return bearer(`Bearer ${INSTANCE_TOKEN}`)
    },
    bearer,
    authorize,
    startAnother: start,
    async stop(server) {
      servers.splice(servers.indexOf(server), 1)
      await server.close()
    },
    async signUp(claims = {}) {
      const name = claims.name ?? `p${randomBytes(5).toString('hex')}`
      const subject = claims.subject ?? `test|${randomUUID()}`
      const email =
        claims.email === undefined ? `${name.toLowerCase()}@${name.toLowerCase()}.example` : claims.email
      const client = bearer(await authorize({ ...claims, name, subject, email }))
      const { data, errors } = await client.ask('{ viewer { id } }')
      if (!data?.viewer) throw new Error(`could not sign in: ${JSON.stringify(errors)}`)
      return { ...client, subject, name, email: email ?? '', id: data.viewer.id }
    },
  }
}

/** POSTs one operation. Returns the answer, whatever its HTTP status. */
export async function ask(
  url: string,
  authorization: string | undefined,
  document: string,
  variables?: Record<string, unknown>,
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify({ query: document, variables }),
  })
  return (await response.json()) as Answer
}

/** An `Authorization` header for the claims, as an identity provider would sign them. */
export async function authorize({
  subject,
  email,
  verified = true,
  name,
  issuedAt,
  livesFor = 3_600,
}: Claims & { subject: string }): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  const jwt = await new SignJWT({ ...(email && { email, email_verified: verified }), ...(name && { name }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setIssuedAt(issuedAt ?? now)
    .setExpirationTime(now + livesFor)
    .sign(new TextEncoder().encode(JWT_SECRET))
  return `Bearer ${jwt}`
}
