import type { Permission } from '../../generated/prisma/enums.js'

/** Who is asking. */
export type Actor = Nobody | Person | TokenBearer

export interface Nobody {
  readonly kind: 'nobody'
}

/** A person who signed in with the identity provider. */
export interface Person {
  readonly kind: 'person'
  readonly userId: string
  /** When the credential expires. The streams opened with it end then. */
  readonly expiresAt: Date
}

/** An API token. It acts with its own permissions and is no user. */
export interface TokenBearer {
  readonly kind: 'token'
  /** Null for the INSTANCE_TOKEN of the settings. */
  readonly tokenId: string | null
  /** Null for an instance token. */
  readonly orgId: string | null
  /** What it could do at sign-in. An operation reads this again under the org's lock. */
  readonly permissions: ReadonlySet<Permission>
  readonly expiresAt: Date | null
}

export const nobody: Nobody = { kind: 'nobody' }

/** The user behind an actor. Events name this user as their actor. Null for a token. */
export function userIdOf(actor: Actor): string | null {
  return actor.kind === 'person' ? actor.userId : null
}

/** Who caused an event. Both are null for the server itself and for the INSTANCE_TOKEN. Never both are set. */
export interface EventActor {
  readonly userId: string | null
  readonly apiTokenId: string | null
}

/** Causes the events that nobody asked for. */
export const theServer: EventActor = { userId: null, apiTokenId: null }

export function eventActorOf(actor: Actor): EventActor {
  return { userId: userIdOf(actor), apiTokenId: tokenIdOf(actor) }
}

/** The id of the API token that is asking. Null for a person, and for the INSTANCE_TOKEN, which is not in the table. */
export function tokenIdOf(actor: Actor): string | null {
  return actor.kind === 'token' ? actor.tokenId : null
}
