import type { TxtResolver } from '../emailDomain/dnsProof.js'
import type { PrismaClient } from '../generated/prisma/client.js'
import type { Actor } from '../identity/actor.js'
import type { Audience, EventStreams } from '../orgEvent/eventStreams.js'
import type { CursorCodec } from '../platform/cursor.js'
import type { Database } from '../platform/database.js'
import type { DatabaseClock } from '../platform/databaseClock.js'
import type { Rules, Transact } from '../transact.js'

/** What a server has one of, for every operation. */
export interface App {
  database: Database
  prisma: PrismaClient
  transact: Transact
  clock: DatabaseClock
  cursors: CursorCodec
  resolver: TxtResolver
  rules: Rules
  streams: EventStreams
}

/** One operation's own: its loaders hang on it, so that nothing is remembered from one to the next. */
export interface Context {
  app: App
  actor: Actor
  /** In an event's execution: the viewer's standing in the stream's org, kept up by the stream itself. */
  audience?: Audience
}
