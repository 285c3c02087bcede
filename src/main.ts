import cluster from 'node:cluster'
import { createLog } from './platform/log.js'
import { DatabaseUnreachable, MigrationError } from './platform/migrate.js'
import { EmbeddedPostgresError } from './platform/postgres/errors.js'
import { serve } from './serve.js'
import { BadSettings, readSettings, type Settings } from './settings.js'
import { superviseWorkers } from './superviseWorkers.js'

/** `npm run demo`: the same server with people in it who act as one watches. */
const isDemo = process.argv.includes('--demo')
/** The demo's people invite one another all day. */
const unhurried = {
  INVITES_PER_ORG_PER_DAY: '100000',
  MAILS_PER_ADDRESS_PER_ORG_PER_DAY: '10',
  MAILS_PER_USER_PER_DAY: '100000',
}
const settings = settingsOrExit()
const log = createLog({ level: settings.log.level, production: settings.production })
const supervises = settings.workers > 1 && cluster.isPrimary

if (cluster.isPrimary && acceptsForeignTokens(settings))
  log.warn(
    'AUTH_AUDIENCE is not set: tokens that the identity provider issued for other applications sign in here too',
  )

const started = supervises ? superviseWorkers(settings, log) : serve(settings, log, { isDemo })
started.catch((error) => {
  // What the operator can mend says so itself; everything else comes with where it happened.
  if (error instanceof EmbeddedPostgresError || error instanceof MigrationError) log.fatal(error.message)
  else if (error instanceof DatabaseUnreachable)
    log.fatal(`DATABASE_URL leads to no database: ${error.message}`)
  else if (isOfListening(error)) log.fatal(`PORT and HOST can’t be listened on: ${error.message}`)
  else log.fatal({ err: error }, 'could not start')
  // The log is written by then, line for line. Whatever may still be open is no reason to stay.
  process.exit(1)
})

/** A provider signs the tokens of all its applications with the same keys. */
function acceptsForeignTokens({ production, auth }: Settings): boolean {
  return production && auth.keys.by === 'jwks' && auth.audiences === undefined
}

function isOfListening(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen'
}

function settingsOrExit(): Settings {
  try {
    if (isDemo && process.env.NODE_ENV === 'production')
      throw new BadSettings(['NODE_ENV must not be production for the demo: it lets everybody in'])
    const read = readSettings(isDemo ? { ...unhurried, ...process.env } : process.env)
    if (isDemo && read.workers > 1) throw new BadSettings(['WORKERS must be 1 for the demo'])
    if (isDemo && read.auth.keys.by !== 'generated')
      throw new BadSettings([
        'AUTH_JWT_SECRET and AUTH_JWKS_URL must be unset for the demo: it signs people in itself',
      ])
    return read
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
