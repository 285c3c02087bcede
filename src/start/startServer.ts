import type { GraphQLError } from 'graphql'
import { BadCredential } from '../auth/authenticate.js'
import { KeysUnavailable } from '../auth/remoteKeys.js'
import { type Actor, userIdOf } from '../domain/core/actor.js'
import { DnsUnavailable } from '../domain/emailDomains/dnsProof.js'
import { badCredential, unavailable } from '../errors.js'
import type { Context } from '../graphql/context.js'
import { schema } from '../graphql/schema.js'
import type { Page } from '../http/page.js'
import type { Log } from '../lib/log.js'
import type { Mailer } from '../mail/mailer.js'
import type { Settings } from '../settings/settings.js'
import { type OpenApp, openApp } from './app.js'
import { createServer } from './server.js'

export interface StartOptions {
  settings: Settings
  log: Log
  connectionString: string
  /** Base of invite links, without a slash at its end. Undefined: where the server turns out to listen. */
  appUrl: string | undefined
  jwtSecret: string | undefined
  mailer: Mailer | null
  /** How long the database may be silent that owes an answer. */
  answerWithinMs?: number | undefined
  pages?: readonly Page[]
}

export interface StartedServer extends OpenApp {
  url: string
}

/** Opens the app and serves it: what `main` does, and what the tests do. */
export async function startServer(options: StartOptions): Promise<StartedServer> {
  let here: string | undefined
  const opened = await openApp({
    ...options,
    appUrl() {
      const base = options.appUrl ?? here
      // A mail that was left over asks so early; its job comes back.
      if (base === undefined) throw new Error('no link can be made before the server listens')
      return base
    },
  })
  const server = createServer<Actor, Context>({
    settings: options.settings,
    schema,
    log: options.log,
    ready: opened.ready,
    isStalled: opened.isStalled,
    pages: options.pages ?? [],
    translateError,
    isDatabaseAway: opened.isDatabaseAway,
    callers: {
      identify: ({ authorization }) => opened.authenticate(authorization).catch(asBadCredential),
      keyOf: (actor) =>
        actor.kind === 'token' ? (actor.tokenId ?? 'instance') : (userIdOf(actor) ?? undefined),
      isRated: (actor) => actor.kind !== 'token',
      contextOf: (actor) => ({ app: opened.app, actor }),
    },
  })
  const { url } = await server.listen().catch(async (error) => {
    await opened.close()
    throw error
  })
  here = url
  return {
    ...opened,
    url,
    async close() {
      await server.close()
      await opened.close()
    },
  }
}

function asBadCredential(error: unknown): never {
  throw error instanceof BadCredential ? badCredential() : error
}

function translateError(error: unknown): GraphQLError | undefined {
  if (error instanceof KeysUnavailable) return unavailable('The identity provider can’t be reached.')
  if (error instanceof DnsUnavailable)
    return unavailable('No DNS server answers at the moment. Try again soon.')
  return undefined
}
