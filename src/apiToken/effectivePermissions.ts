import sql from 'sql-template-tag'
import type { OrgRoleName, Permission } from '../generated/prisma/enums.js'
import { authorityOfRoles } from '../permission/permission.js'
import type { Queryable } from '../platform/database.js'
import { allOf } from '../platform/transaction.js'

/** One link of the chain from a token to whoever made it, and whoever made that. */
interface TokenLink {
  permissions: Permission[]
  revoked: boolean
  madeByPerson: boolean
  /** Roles, today, of the person who made it in the token's org. */
  makerRoles: OrgRoleName[]
}

/**
 * What an API token may do now: what it was granted, less what its makers have lost since (contract §3).
 * A revoked token has lost everything, and so have those it made; one that merely ran out has not.
 */
export async function effectivePermissions(db: Queryable, tokenId: string): Promise<Set<Permission>> {
  const chain = await db.query<TokenLink>(sql`
    with recursive chain as (
      select id, org_id, permissions, revoked_at, created_by_id, created_by_token_id
      from api_token where id = ${tokenId}
      union all
      select maker.id, maker.org_id, maker.permissions, maker.revoked_at, maker.created_by_id,
        maker.created_by_token_id
      from chain join api_token maker on maker.id = chain.created_by_token_id
    )
    select chain.permissions, chain.revoked_at is not null as revoked,
      chain.created_by_id is not null as made_by_person,
      coalesce(maker.roles, '{}') as maker_roles
    from chain left join org_user maker on maker.org_id = chain.org_id and maker.user_id = chain.created_by_id
  `)
  return narrowed(chain)
}

/**
 * As `effectivePermissions`, for an operation that goes by them: keeps the token, and those it was made by, from
 * being revoked until the transaction ends. So what the token leaves behind can be found once it is revoked. A
 * token of an org is under the org's lock; an instance's acts in all orgs, and no lock of theirs keeps it.
 */
export async function holdPermissions(tx: Queryable, tokenId: string): Promise<Set<Permission>> {
  const held = tx.query(sql`
    with recursive chain as (
      select id, created_by_token_id from api_token where id = ${tokenId}
      union all
      select maker.id, maker.created_by_token_id
      from chain join api_token maker on maker.id = chain.created_by_token_id
    )
    select 1 from api_token where id in (select id from chain) for key share
  `)
  const [, permissions] = await allOf([held, effectivePermissions(tx, tokenId)])
  return permissions
}

/** The permissions that every link of the chain still holds. */
export function narrowed(chain: TokenLink[]): Set<Permission> {
  const [token] = chain
  if (!token || chain.some(({ revoked }) => revoked)) return new Set()
  const holds = (link: TokenLink, permission: Permission) =>
    link.permissions.includes(permission) &&
    (!link.madeByPerson || authorityOfRoles(link.makerRoles).permissions.has(permission))
  return new Set(token.permissions.filter((permission) => chain.every((link) => holds(link, permission))))
}
