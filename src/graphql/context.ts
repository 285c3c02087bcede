import type { Database } from '../database/database.js'
import type { DatabaseClock } from '../database/databaseClock.js'
import type { Actor } from '../domain/core/actor.js'
import type { CursorCodec } from '../domain/core/cursor.js'
import type { Rules, Transact } from '../domain/core/transact.js'
import type { TxtResolver } from '../domain/emailDomains/dnsProof.js'
import type { PrismaClient } from '../generated/prisma/client.js'
import type { Audience, EventStreams } from '../streams/eventStreams.js'

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
