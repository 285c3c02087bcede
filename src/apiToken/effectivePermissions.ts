import sql, { type Sql } from 'sql-template-tag'
import type { OrgRoleName, Permission } from '../generated/prisma/enums.js'
import { authorityOfRoles } from '../permission/permission.js'
import type { Queryable } from '../platform/database.js'
import { allOf } from '../platform/transaction.js'

/** One link of the chain from a token to whoever made it, and whoever made that: what `linkColumns` read. */
export interface ChainLink {
  permissions: Permission[]
  revoked: boolean
  madeByPerson: boolean
  /** Roles, today, of the person who made it in the token's org. */
  makerRoles: OrgRoleName[]
}

/** Begins a statement with `chain`: of each token its links, by their distance from it. */
export function withChains(tokenIds: readonly string[]): Sql {
  return sql`
    with recursive chain as (
      select id as token_id, 0 as distance,
        id, org_id, permissions, revoked_at, created_by_id, created_by_token_id
      from api_token where id = any(${tokenIds}::uuid[])
      union all
      select chain.token_id, chain.distance + 1,
        maker.id, maker.org_id, maker.permissions, maker.revoked_at, maker.created_by_id, maker.created_by_token_id
      from chain join api_token maker on maker.id = chain.created_by_token_id
    )
  `
}

/** Of `linksWithMakers`. */
export const linkColumns = sql`
  chain.permissions, chain.revoked_at is not null as revoked, chain.created_by_id is not null as made_by_person,
  coalesce(maker.roles, '{}') as maker_roles
`

export const linksWithMakers = sql`
  chain left join org_user maker on maker.org_id = chain.org_id and maker.user_id = chain.created_by_id
`

/**
 * What an API token may do now: what it was granted, less what its makers have lost since (contract §3).
 * A revoked token has lost everything, and so have those it made; one that merely ran out has not.
 */
export async function effectivePermissions(db: Queryable, tokenId: string): Promise<Set<Permission>> {
  const [permissions] = await effectivePermissionsOf(db, [tokenId])
  return permissions ?? new Set()
}

/** As `effectivePermissions`, of several tokens in their order, by one statement. */
export async function effectivePermissionsOf(
  db: Queryable,
  tokenIds: readonly string[],
): Promise<Array<Set<Permission>>> {
  const links = await db.query<ChainLink & { tokenId: string }>(sql`
    ${withChains(tokenIds)}
    select chain.token_id, ${linkColumns} from ${linksWithMakers} order by chain.distance
  `)
  const chains = new Map<string, ChainLink[]>(tokenIds.map((id) => [id, []]))
  for (const link of links) chains.get(link.tokenId)?.push(link)
  return tokenIds.map((id) => narrowed(chains.get(id) ?? []))
}

/**
 * As `effectivePermissions`, for an operation that goes by them: keeps the token, and those it was made by, from
 * being revoked until the transaction ends. So what the token leaves behind can be found once it is revoked. A
 * token of an org is under the org's lock; an instance's acts in all orgs, and no lock of theirs keeps it.
 */
export async function holdPermissions(tx: Queryable, tokenId: string): Promise<Set<Permission>> {
  const held = tx.query(sql`
    ${withChains([tokenId])} select 1 from api_token where id in (select id from chain) for key share
  `)
  const [, permissions] = await allOf([held, effectivePermissions(tx, tokenId)])
  return permissions
}

/** The permissions that every link of the chain still holds. */
export function narrowed(chain: readonly ChainLink[]): Set<Permission> {
  const [token] = chain
  if (!token || chain.some(({ revoked }) => revoked)) return new Set()
  const holds = (link: ChainLink, permission: Permission) =>
    link.permissions.includes(permission) &&
    (!link.madeByPerson || authorityOfRoles(link.makerRoles).permissions.has(permission))
  return new Set(token.permissions.filter((permission) => chain.every((link) => holds(link, permission))))
}
