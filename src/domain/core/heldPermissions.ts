import type { Queryable } from '../../database/database.js'
import type { Permission } from '../../generated/prisma/enums.js'
import type { Actor } from './actor.js'
import { effectivePermissions } from './effectivePermissions.js'

/** What an actor may do by their credential alone, in no org: nothing for persons, a token's own for tokens. */
export async function heldPermissions(db: Queryable, actor: Actor): Promise<ReadonlySet<Permission>> {
  if (actor.kind !== 'token') return new Set()
  return actor.tokenId === null ? actor.permissions : effectivePermissions(db, actor.tokenId)
}
