import cluster from 'node:cluster'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Demo } from '../../demo/index.js'
import { openIdProvider } from '../auth/openIdProvider.js'
import type { Page } from '../http/page.js'
import type { Log } from '../lib/log.js'
import { outageOf } from '../lib/outage.js'
import { packageRoot } from '../lib/packageRoot.js'
import { type Mailer, mailboxMailer, smtpMailer } from '../mail/mailer.js'
import { mailboxPages } from '../pages/mailbox.js'
import type { SignInWay } from '../pages/web/signIn.js'
import { webPages } from '../pages/web.js'
import type { Settings } from '../settings/settings.js'
import { announceListening, openPostgres, type Postgres, signInSecret, stopOnSignals } from './process.js'
import { type StartedServer, startServer } from './server.js'

/**
 * Runs one server until a signal stops it. A worker does not announce its URL, because the supervising process does.
 * @throws {StartError} also if the address is in use
 */
export async function serve(settings: Settings, log: Log, { isDemo }: { isDemo: boolean }): Promise<void> {
  // Production never loads the demo: it can sign anybody in.
  const demoCode = settings.production ? undefined : await import('../../demo/index.js')
  const { http, mail } = settings
  // The demo has its own directory, so that it does not change a developer's data.
  const dataDir = isDemo ? join(settings.database.dataDir, 'demo') : settings.database.dataDir
  let stopping = false
  let isLeaving = false
  let postgres: Postgres | undefined
  let server: StartedServer | undefined
  let demo: Demo | undefined
  const close = async () => {
    stopping = true
    await demo?.stop()
    await server?.close()
    await postgres?.stop()
  }

  const start = async () => {
    postgres = await openPostgres(settings, log, { dataDir, isStopping: () => stopping })
    if (stopping) return
    const jwtSecret = await signInSecret(settings, dataDir)
    const mailbox = join(dataDir, 'mail')
    const mailer = mailerOf(settings, mailbox)
    const app = () => {
      if (!server) throw new Error('the server is not started yet')
      return server.app
    }
    const people =
      jwtSecret === undefined ? undefined : demoCode?.offeredPeople(jwtSecret, () => app().database)
    const hasMailbox = mailer !== null && mail.smtpUrl === undefined
    const pages: Page[] = [
      ...webPages({
        directory: join(packageRoot(), 'dist', 'web'),
        people,
        signIn: signInWayOf(settings, log, hasMailbox),
        brand: settings.brand,
        isDemo,
      }),
      ...(hasMailbox ? [mailboxPages(mailbox, http)] : []),
      ...(isDemo && demoCode ? demoCode.componentPages(join(packageRoot(), 'dist', 'components')) : []),
    ]
    server = await startServer({
      settings,
      log,
      connectionString: postgres.connectionString,
      appUrl: http.appUrl ?? (http.port === 0 ? undefined : `http://localhost:${http.port}`),
      jwtSecret,
      mailer,
      pages,
    })
    if (isLeaving) server.leave()
    if (stopping) return
    if (jwtSecret !== undefined) demo = await demoCode?.populate(server.app, { isDemo, log, mailbox, quit })
    if (stopping || cluster.isWorker) return
    await announceListening(server.url, settings, log, dataDir)
    if (demo) process.stdout.write(demo.help(server.url))
  }

  // Registered before PostgreSQL starts, because a signal during the start must also stop PostgreSQL.
  const quit = stopOnSignals(log, {
    delayMs: http.shutdownDelayMs,
    leave() {
      isLeaving = true
      server?.leave()
      return server !== undefined
    },
    async close() {
      stopping = true
      const late = delay(http.shutdownGraceMs)
      await Promise.race([starting, late]).catch(() => {})
      await close()
    },
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

/** How people sign in to the pages. The server also starts while the provider can't be reached. */
function signInWayOf({ auth, http, production }: Settings, log: Log, mailbox: boolean): SignInWay {
  const { issuer, pages } = auth
  if (issuer === undefined || pages === undefined)
    return production
      ? { kind: 'none' }
      : { kind: 'development', links: { graphiql: http.graphiql, mailbox } }
  const outage = outageOf('Reading the discovery document of AUTH_ISSUER', log)
  const provider = openIdProvider(issuer, outage)
  void provider.known()
  return { kind: 'openid', ...pages, provider }
}

function mailerOf({ mail, production }: Settings, mailbox: string): Mailer | null {
  if (mail.smtpUrl !== undefined) return smtpMailer(mail.smtpUrl, mail.from)
  return production ? null : mailboxMailer(mailbox, mail.from)
}
