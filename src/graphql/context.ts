import type { Database } from '../database/database.js'
import type { DatabaseClock } from '../database/databaseClock.js'
import type { ReadClient } from '../database/omittedColumns.js'
import type { AccessTokens } from '../domain/accessTokens/createOrgAccessToken.js'
import type { Actor } from '../domain/core/actor.js'
import type { CursorCodec } from '../domain/core/cursor.js'
import type { Rules, Transact } from '../domain/core/transact.js'
import type { TxtResolver } from '../domain/emailDomains/dnsProof.js'
import type { MinuteLimit } from '../lib/minuteLimit.js'
import type { Audience, EventStreams } from '../streams/eventStreams.js'
import type { AddressGuard } from '../webhooks/addressGuard.js'

/** What all operations of a server share. */
export interface App {
  database: Database
  prisma: ReadClient
  transact: Transact
  clock: DatabaseClock
  cursors: CursorCodec
  resolver: TxtResolver
  webhookGuard: AddressGuard
  rules: Rules
  accessTokens: AccessTokens
  /** Counts the unknown tokens of invite links that each person tries. */
  linkGuesses: MinuteLimit
  /** Counts how often each caller asks for a new link of an expired invite. */
  renewalRequests: MinuteLimit
  streams: EventStreams
}

/** Context of one operation. It holds the operation's loaders, so operations do not share loaded data. */
export interface Context {
  app: App
  actor: Actor
  /** The key by which a caller is counted, who may be nobody. Undefined if no request asks. */
  callerKey?: string
  /** Set only while an event is resolved: the subscriber's rights in the org. The stream keeps them up to date. */
  audience?: Audience
}
