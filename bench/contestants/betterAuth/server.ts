// better-auth with its organization plugin, set up as its documentation says: node:http, its own adapter over pg, its own
// migrations, and the cookie cache for speed. Its tables are in a schema of their own, filled from Guildhall's. An invite
// takes no lock, the members are counted, and no event is written.
import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { organization } from 'better-auth/plugins'
import pg from 'pg'
import { databaseUrl, jwtSecret, poolSize, port } from '../environment.js'
import seed from './seed.sql'

const pool = new pg.Pool({
  connectionString: databaseUrl,
  max: poolSize,
  options: '-c search_path=better_auth',
})

/** The limits are those of Guildhall in this bench. */
const LIMIT = 10_000
const NO_LIMIT = 1_000_000_000
const DAY_S = 86_400

const auth = betterAuth({
  baseURL: `http://127.0.0.1:${port}`,
  secret: jwtSecret,
  database: pool,
  logger: { level: 'error' },
  session: { cookieCache: { enabled: true, maxAge: DAY_S } },
  // The rate limit counts, but is high, because all requests come from one address.
  rateLimit: { enabled: true, storage: 'memory', window: 60, max: NO_LIMIT },
  plugins: [organization({ membershipLimit: LIMIT, invitationLimit: LIMIT })],
})

const { rows } = await pool.query<{ there: boolean }>(
  `select to_regclass('better_auth.member') is not null as there`,
)
if (!rows[0]?.there) {
  await pool.query('create schema better_auth')
  await (await getMigrations(auth.options)).runMigrations()
  await pool.query(seed)
}

createServer(toNodeHandler(auth)).listen(port, '127.0.0.1')
