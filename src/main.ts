import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { banner } from './demo/banner.js'
import { offeredPeople } from './demo/offered.js'
import { seed } from './demo/seed.js'
import { mailboxPages } from './http/mailbox.js'
import type { Page } from './http/pages.js'
import { webPages } from './http/web.js'
import { createLog, type Log } from './platform/log.js'
import { type Mailer, mailboxMailer, smtpMailer } from './platform/mailer.js'
import { packageRoot } from './platform/packageRoot.js'
import { startEmbeddedPostgres } from './platform/postgres/embedded.js'
import { BadSettings, readSettings, type Settings } from './settings.js'
import { type StartedServer, startServer } from './startServer.js'

const settings = settingsOrExit()
const log = createLog({ level: settings.log.level, production: settings.production })

start().catch((error) => {
  log.fatal({ err: error }, error instanceof Error ? error.message : 'could not start')
  process.exitCode = 1
})

async function start(): Promise<void> {
  const { dataDir, url } = settings.database
  const embedded = url === undefined ? await startEmbeddedPostgres({ dataDir, log }) : null
  let server: StartedServer | undefined
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
    if (jwtSecret !== undefined) await seed(server.app)
    stopOnSignals(server, () => embedded?.stop())
    if (settings.production) log.info({ url: server.url }, 'listening')
    else process.stdout.write(await banner(server.url, { jwtSecret, mailbox: hasMailbox }))
  } catch (error) {
    await server?.close()
    await embedded?.stop()
    throw error
  }
}

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env)
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

/** Ends what is under way and then the process; a second signal ends it at once. */
function stopOnSignals(server: StartedServer, stopDatabase: () => Promise<void> | undefined): void {
  const stop = async (signal: NodeJS.Signals, log: Log) => {
    log.info({ signal }, 'stopping')
    await server.close()
    await stopDatabase()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(1))
      stop(signal, log).catch((error) => {
        log.fatal({ err: error }, 'could not stop in order')
        process.exit(1)
      })
    })
  }
}
