import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type Authority, outranks } from './permission.js'
import { RoleNotGrantableError, refuseIf, type WhyNot } from './refusal.js'

/** Nobody may grant a role above their rank, take it away, or act on a member or an invite that has it. */
export function rankTooLow(authority: Authority, roles: readonly OrgRoleName[]): WhyNot {
  const above = roles.find((role) => !outranks(authority, role))
  return above ? () => new RoleNotGrantableError(above) : null
}

/** @throws {RoleNotGrantableError} with the first role above the actor's rank */
export function requireRank(authority: Authority, roles: readonly OrgRoleName[]): void {
  refuseIf(rankTooLow(authority, roles))
}
