import type { Permission } from '../../generated/prisma/enums.js'

/** Who asks. */
export type Actor = Nobody | Person | TokenBearer

export interface Nobody {
  readonly kind: 'nobody'
}

/** Somebody signed in by the identity provider. */
export interface Person {
  readonly kind: 'person'
  readonly userId: string
  /** When the credential ends, and every stream opened with it. */
  readonly expiresAt: Date
}

/** An API token: acts by its own permissions and as no user. */
export interface TokenBearer {
  readonly kind: 'token'
  /** Null: the INSTANCE_TOKEN of the settings. */
  readonly tokenId: string | null
  /** Null: a token of the instance. */
  readonly orgId: string | null
  /** Effective when it was looked up. An operation reads them again under the org's lock. */
  readonly permissions: ReadonlySet<Permission>
  readonly expiresAt: Date | null
}

export const nobody: Nobody = { kind: 'nobody' }

/** The user behind an actor, if there is one: whom events name as their actor. */
export function userIdOf(actor: Actor): string | null {
  return actor.kind === 'person' ? actor.userId : null
}

/** The API token that an actor bears, if it is one of the table. */
export function tokenIdOf(actor: Actor): string | null {
  return actor.kind === 'token' ? actor.tokenId : null
}
