import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { allOf } from '../../database/transaction.js'
import type { OrgRoleName, Permission } from '../../generated/prisma/enums.js'
import { authorityOfRoles } from './permission.js'

/**
 * The longest chain of makers that is followed, and the greatest MAX_API_TOKEN_DEPTH. A token with a longer one,
 * made before there was a limit, may do nothing: so looking a token up never costs more than this.
 */
export const LONGEST_CHAIN = 32

/** One link of the chain from a token to whoever made it, and whoever made that: what `linkColumns` read. */
export interface ChainLink {
  permissions: Permission[]
  /** Revoked or expired. */
  ended: boolean
  expiresAt: Date | null
  madeByPerson: boolean
  /** Roles, today, of the person who made it in the token's org. */
  makerRoles: OrgRoleName[]
}

/** What an API token is worth now. */
export interface TokenStanding {
  /** What it was granted, less what its makers have lost since. */
  permissions: Set<Permission>
  /** Whether it, or a token that it was made by, was revoked or has expired. */
  ended: boolean
  /** When the first of the chain expires. Null: none does. */
  expiresAt: Date | null
  /** How many makers are behind it: the tokens above it, and who made the first of them. */
  makers: number
}

/** Begins a statement with `chain`: of each token its links, by their distance from it. */
export function withChains(tokenIds: readonly string[]): Sql {
  return sql`
    with recursive chain as (
      select id as token_id, 0 as distance, id, org_id, permissions, revoked_at, expires_at,
        created_by_id, created_by_token_id, maker_membership_id
      from api_token where id = any(${tokenIds}::uuid[])
      union all
      select chain.token_id, chain.distance + 1, maker.id, maker.org_id, maker.permissions, maker.revoked_at,
        maker.expires_at, maker.created_by_id, maker.created_by_token_id, maker.maker_membership_id
      from chain join api_token maker on maker.id = chain.created_by_token_id
      where chain.distance < ${LONGEST_CHAIN}
    )
  `
}

/** Of `linksWithMakers`. */
export const linkColumns = sql`
  chain.permissions, chain.expires_at, chain.created_by_id is not null as made_by_person,
  chain.revoked_at is not null or coalesce(chain.expires_at <= clock_timestamp(), false) as ended,
  coalesce(maker.roles, '{}') as maker_roles
`

/** A person's later membership gives nothing back to the tokens of an earlier one. */
export const linksWithMakers = sql`
  chain left join org_user maker on maker.org_id = chain.org_id and maker.user_id = chain.created_by_id
    and (chain.maker_membership_id is null or maker.id = chain.maker_membership_id)
`

/**
 * What an API token may do now: what it was granted, less what its makers have lost since (contract §3). One that
 * was revoked or has expired has lost everything, and so have those that it made.
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
  const chains = await chainsOf(db, tokenIds)
  return tokenIds.map((id) => narrowed(chains.get(id) ?? []))
}

/** What an API token is worth now, and how it came to be: by one statement. */
export async function standingOfToken(db: Queryable, tokenId: string): Promise<TokenStanding> {
  const chain = (await chainsOf(db, [tokenId])).get(tokenId) ?? []
  const ends = chain.flatMap(({ expiresAt }) => expiresAt?.getTime() ?? [])
  return {
    permissions: narrowed(chain),
    ended: chain.length === 0 || chain.some(({ ended }) => ended),
    expiresAt: ends.length === 0 ? null : new Date(Math.min(...ends)),
    makers: chain.length,
  }
}

async function chainsOf(db: Queryable, tokenIds: readonly string[]): Promise<Map<string, ChainLink[]>> {
  const links = await db.query<ChainLink & { tokenId: string }>(sql`
    ${withChains(tokenIds)}
    select chain.token_id, ${linkColumns} from ${linksWithMakers} order by chain.distance
  `)
  const chains = new Map<string, ChainLink[]>(tokenIds.map((id) => [id, []]))
  for (const link of links) chains.get(link.tokenId)?.push(link)
  return chains
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
  if (!token || chain.length > LONGEST_CHAIN || chain.some(({ ended }) => ended)) return new Set()
  const holds = (link: ChainLink, permission: Permission) =>
    link.permissions.includes(permission) &&
    (!link.madeByPerson || authorityOfRoles(link.makerRoles).permissions.has(permission))
  return new Set(token.permissions.filter((permission) => chain.every((link) => holds(link, permission))))
}
