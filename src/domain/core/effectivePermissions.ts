import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { allOf } from '../../database/transaction.js'
import type { Permission } from '../../generated/prisma/enums.js'
import type { Actor } from './actor.js'
import {
  type ChainLink,
  instancePermissions,
  isInstanceToken,
  LONGEST_CHAIN,
  tokenPermissions,
} from './authority.js'

/** The state of an API token. */
export interface TokenStanding {
  /** What it was granted, without what its makers have lost since. */
  permissions: Set<Permission>
  /** Whether it, or a token in its chain of makers, was revoked or has expired. */
  ended: boolean
  /** When the first token of the chain expires. Null if none does. */
  expiresAt: Date | null
  /** How many links the chain has, with the token itself. */
  makers: number
}

/** Begins a statement with the table `chain`: the links of each token, with their distance from it. */
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

/** The columns of a `ChainLink`, read from `linksWithMakers`. */
export const linkColumns = sql`
  chain.permissions, chain.expires_at, chain.created_by_id is not null as made_by_person,
  chain.revoked_at is not null or coalesce(chain.expires_at <= clock_timestamp(), false) as ended,
  coalesce(maker.roles, '{}') as maker_roles, maker.status as maker_status
`

/** A token ends with the membership under which it was made. A later membership of the same person does not count. */
export const linksWithMakers = sql`
  chain left join org_user maker on maker.org_id = chain.org_id and maker.user_id = chain.created_by_id
    and (chain.maker_membership_id is null or maker.id = chain.maker_membership_id)
`

/**
 * What an API token may do now: what it was granted, without what its makers have lost since (contract §3). A token
 * that was revoked or has expired may do nothing, and neither may the tokens that it made.
 */
async function effectivePermissions(db: Queryable, tokenId: string): Promise<Set<Permission>> {
  const [permissions] = await effectivePermissionsOf(db, [tokenId])
  return permissions ?? new Set()
}

/** `effectivePermissions` of several tokens, in their order, with one statement. */
export async function effectivePermissionsOf(
  db: Queryable,
  tokenIds: readonly string[],
): Promise<Array<Set<Permission>>> {
  const chains = await chainsOf(db, tokenIds)
  return tokenIds.map((id) => tokenPermissions(chains.get(id) ?? []))
}

/**
 * What a token could grant today if its time, and that of its makers, were not over. Invites that it sent stay when it
 * expires, and fall when its makers lose the right to send them.
 */
export async function permissionsBeforeExpiry(db: Queryable, tokenId: string): Promise<Set<Permission>> {
  const chain = (await chainsOf(db, [tokenId])).get(tokenId) ?? []
  return tokenPermissions(chain.map((link) => ({ ...link, ended: false })))
}

/** The state of an API token, with one statement. */
export async function standingOfToken(db: Queryable, tokenId: string): Promise<TokenStanding> {
  const chain = (await chainsOf(db, [tokenId])).get(tokenId) ?? []
  const ends = chain.flatMap(({ expiresAt }) => expiresAt?.getTime() ?? [])
  return {
    permissions: tokenPermissions(chain),
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

/** What an actor may do today outside of every org: see `instancePermissions`. */
export async function readInstancePermissions(db: Queryable, actor: Actor): Promise<ReadonlySet<Permission>> {
  const isInTable = isInstanceToken(actor) && actor.tokenId !== null
  return instancePermissions(actor, isInTable ? await effectivePermissions(db, actor.tokenId) : undefined)
}

/**
 * `effectivePermissions` for an operation. It also locks the token and its makers, so that none of them is revoked
 * before the transaction ends. Whoever revokes the token then finds everything that it made. For a token of an org the
 * org's lock would do; an instance token acts in all orgs, so it needs a lock of its own.
 */
export async function holdPermissions(tx: Queryable, tokenId: string): Promise<Set<Permission>> {
  const held = tx.query(sql`
    ${withChains([tokenId])} select 1 from api_token where id in (select id from chain) for key share
  `)
  const [, permissions] = await allOf([held, effectivePermissions(tx, tokenId)])
  return permissions
}
