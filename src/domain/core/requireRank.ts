import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type Authority, outranks } from './permission.js'
import { RoleNotGrantableError } from './refusal.js'

/**
 * Nobody acts above their rank (contract §3): neither granting a role, nor taking it away, nor on one who holds it.
 * @throws {RoleNotGrantableError} naming the first role above the actor's rank
 */
export function requireRank(authority: Authority, roles: readonly OrgRoleName[]): void {
  const above = roles.find((role) => !outranks(authority, role))
  if (above) throw new RoleNotGrantableError(above)
}
