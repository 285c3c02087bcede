import cluster from 'node:cluster'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@guildhall/embedded-postgres'
import { banner } from '../../demo/banner.js'
import { type Demo, demoHelp, openDemo } from '../../demo/demo.js'
import { offeredPeople } from '../../demo/offered.js'
import { seed } from '../../demo/seed.js'
import { stageOf } from '../../demo/stage.js'
import type { Page } from '../http/page.js'
import type { Log } from '../lib/log.js'
import { packageRoot } from '../lib/packageRoot.js'
import { type Mailer, mailboxMailer, smtpMailer } from '../mail/mailer.js'
import { mailboxPages } from '../pages/mailbox.js'
import { webPages } from '../pages/web.js'
import type { Settings } from '../settings/settings.js'
import { connectionsOf } from './connections.js'
import { signInSecret } from './signInSecret.js'
import { startLine } from './startLine.js'
import { type StartedServer, startServer } from './startServer.js'
import { stopOnSignals } from './stopOnSignals.js'

/**
 * Runs a server until a signal ends it. As one of several workers it says nothing of its own: who started it does.
 * @throws {StartError} and where the address is taken
 */
export async function serve(settings: Settings, log: Log, { isDemo }: { isDemo: boolean }): Promise<void> {
  let stopping = false
  const { url } = settings.database
  const { port } = settings.http
  // The demo's own, so that it leaves nothing in what a developer works with.
  const dataDir = isDemo ? join(settings.database.dataDir, 'demo') : settings.database.dataDir
  let embedded: EmbeddedPostgres | undefined
  let server: StartedServer | undefined
  let demo: Demo | undefined
  const close = async () => {
    stopping = true
    await demo?.stop()
    await server?.close()
    await embedded?.stop()
  }

  const start = async () => {
    if (url === undefined)
      embedded = await startEmbeddedPostgres({ dataDir, log, connections: connectionsOf(settings) })
    // The database is not started again under a server that has lost it: whoever started us decides.
    void embedded?.ended.then((how) => {
      if (stopping) return
      log.fatal({ how }, 'the embedded PostgreSQL ended')
      process.exit(1)
    })
    if (stopping) return
    const jwtSecret = settings.auth.keys.by === 'generated' ? await signInSecret(dataDir) : undefined
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
      appUrl: settings.http.appUrl ?? (port === 0 ? undefined : `http://localhost:${port}`),
      jwtSecret,
      mailer,
      pages,
    })
    const { app: opened, url: here } = server
    if (stopping) return
    if (jwtSecret !== undefined && !isDemo) await seed(opened)
    if (isDemo) {
      const stage = stageOf(opened)
      const say = (line: string) => process.stdout.write(`  ${line}\n`)
      demo = await openDemo({ stage, log, mailbox, stdin: process.stdin, say, quit })
    }
    if (stopping || cluster.isWorker) return
    if (settings.production) log.info({ url: here, ...startLine(settings) }, 'listening')
    else
      process.stdout.write(await banner(here, { host: settings.http.host, jwtSecret, mailbox: hasMailbox }))
    if (isDemo) process.stdout.write(demoHelp)
  }

  // Before PostgreSQL runs, so that no signal leaves it behind. What is being started is closed once it is there.
  const quit = stopOnSignals(log, async () => {
    stopping = true
    const late = delay(settings.http.shutdownGraceMs)
    await Promise.race([starting, late]).catch(() => {})
    await close()
  })
  const starting = start()
  try {
    await starting
  } catch (error) {
    if (stopping) return
    await close()
    throw error
  }
}

function mailerOf({ mail, production }: Settings, mailbox: string): Mailer | null {
  if (mail.smtpUrl !== undefined) return smtpMailer(mail.smtpUrl, mail.from)
  return production ? null : mailboxMailer(mailbox, mail.from)
}
