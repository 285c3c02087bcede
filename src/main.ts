import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { banner } from './demo/banner.js'
import { type Demo, demoHelp, openDemo } from './demo/demo.js'
import { offeredPeople } from './demo/offered.js'
import { seed } from './demo/seed.js'
import { stageOf } from './demo/stage.js'
import { mailboxPages } from './http/mailbox.js'
import type { Page } from './http/pages.js'
import { webPages } from './http/web.js'
import { createLog } from './platform/log.js'
import { type Mailer, mailboxMailer, smtpMailer } from './platform/mailer.js'
import { MigrationError } from './platform/migrate.js'
import { packageRoot } from './platform/packageRoot.js'
import { startEmbeddedPostgres } from './platform/postgres/embedded.js'
import { EmbeddedPostgresError } from './platform/postgres/errors.js'
import { BadSettings, readSettings, type Settings } from './settings.js'
import { type StartedServer, startServer } from './startServer.js'

/** `npm run demo`: the same server with people in it who act as one watches. */
const isDemo = process.argv.includes('--demo')
const settings = settingsOrExit()
let stopping = false
const log = createLog({ level: settings.log.level, production: settings.production })

start().catch((error) => {
  // What the operator can mend says so itself; everything else comes with where it happened.
  if (error instanceof EmbeddedPostgresError || error instanceof MigrationError) log.fatal(error.message)
  else log.fatal({ err: error }, 'could not start')
  process.exitCode = 1
})

async function start(): Promise<void> {
  const { url } = settings.database
  // The demo's own, so that it leaves nothing in what a developer works with.
  const dataDir = isDemo ? join(settings.database.dataDir, 'demo') : settings.database.dataDir
  const embedded = url === undefined ? await startEmbeddedPostgres({ dataDir, log }) : null
  let server: StartedServer | undefined
  let demo: Demo | undefined
  try {
    const jwtSecret = settings.auth.keys.by === 'generated' ? await generatedSecret(dataDir) : undefined
    const mailbox = join(dataDir, 'mail')
    const mailer = mailerOf(settings, mailbox)
    const hasMailbox = mailer !== null && settings.mail.smtpUrl === undefined
    const app = () => {
      if (!server) throw new Error('asked before the server was there')
      return server.app
    }
    const pages: Page[] = [
      ...webPages({
        directory: join(packageRoot(), 'dist', 'web'),
        people: jwtSecret === undefined ? undefined : offeredPeople(jwtSecret, () => app().database),
      }),
      ...(hasMailbox ? [mailboxPages(mailbox)] : []),
    ]
    server = await startServer({
      settings,
      log,
      connectionString: url ?? embedded?.connectionString ?? '',
      appUrl: settings.http.appUrl ?? `http://localhost:${settings.http.port}`,
      jwtSecret,
      mailer,
      pages,
    })
    if (jwtSecret !== undefined && !isDemo) await seed(server.app)
    const { app: opened, close, url: here } = server
    const quit = stopOnSignals(async () => {
      await demo?.stop()
      await close()
      await embedded?.stop()
    })
    // The database is not started again under a server that has lost it: whoever started us decides.
    void embedded?.ended.then((how) => {
      if (stopping) return
      log.fatal({ how }, 'the embedded PostgreSQL ended')
      process.exit(1)
    })
    if (isDemo) {
      const stage = stageOf(opened)
      const say = (line: string) => process.stdout.write(`  ${line}\n`)
      demo = await openDemo({ stage, log, mailbox, stdin: process.stdin, say, quit })
    }
    if (settings.production) log.info({ url: here }, 'listening')
    else process.stdout.write(await banner(here, { jwtSecret, mailbox: hasMailbox }))
    if (isDemo) process.stdout.write(demoHelp)
  } catch (error) {
    await demo?.stop()
    await server?.close()
    await embedded?.stop()
    throw error
  }
}

function settingsOrExit(): Settings {
  try {
    if (isDemo && process.env.NODE_ENV === 'production')
      throw new BadSettings(['NODE_ENV must not be production for the demo: it lets everybody in'])
    const read = readSettings(isDemo ? { INVITES_PER_ORG_PER_DAY: '100000', ...process.env } : process.env)
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

function mailerOf({ mail, production }: Settings, mailbox: string): Mailer | null {
  if (mail.smtpUrl !== undefined) return smtpMailer(mail.smtpUrl, mail.from)
  return production ? null : mailboxMailer(mailbox, mail.from)
}

/** The secret of sign-in tokens where no other is set: made once, so that tokens outlive a restart. */
async function generatedSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'jwt-secret')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
  return readFile(file, 'utf8')
}

/**
 * Ends what is under way and then the process; a second signal ends it at once.
 * @returns what a signal would do
 */
function stopOnSignals(close: () => Promise<void>): () => void {
  const stop = async (signal: NodeJS.Signals | 'quit') => {
    stopping = true
    log.info({ signal }, 'stopping')
    await close()
    process.exit(0)
  }
  const stopAfter = (signal: NodeJS.Signals | 'quit') => {
    stop(signal).catch((error) => {
      log.fatal({ err: error }, 'could not stop in order')
      process.exit(1)
    })
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(1))
      stopAfter(signal)
    })
  }
  return () => stopAfter('quit')
}
