import sql from 'sql-template-tag'
import { type Actor, userIdOf } from '../identity/actor.js'
import { heldPermissions } from '../identity/heldPermissions.js'
import { enterOrg } from '../org/enterOrg.js'
import { lockOrgIfThere } from '../org/lockOrg.js'
import { revokeInvitesByToken } from '../orgInvite/revokeInvites.js'
import { NotFoundError, PermissionDeniedError } from '../refusal.js'
import type { LockedOrg, Tx } from '../transact.js'
import { type ApiToken, apiTokenColumns } from './apiToken.js'
import { narrowedTokensUnder } from './narrowedTokensOf.js'

/**
 * Ends an API token at once, and with it those it made and the pending invites of all of them. Of an org's
 * token the invites end in the same transaction; of an instance's, org by org, by `revokeInvitesOfToken`.
 * Revoking a revoked one changes nothing.
 * @throws {NotFoundError | PermissionDeniedError}
 */
export async function revokeApiToken(tx: Tx, actor: Actor, apiTokenId: string | null): Promise<ApiToken> {
  const token = await readToken(tx, apiTokenId)
  if (!token) throw new NotFoundError()
  if (token.orgId !== null) {
    const { org } = await enterOrg(tx, actor, token.orgId, 'API_TOKEN_MANAGE')
    return revokeInOrg(tx, org, actor, token.id)
  }
  const instance = actor.kind === 'token' && actor.orgId === null
  if (!instance) throw new NotFoundError()
  if (!(await heldPermissions(tx, actor)).has('API_TOKEN_MANAGE'))
    throw new PermissionDeniedError('API_TOKEN_MANAGE')
  // Waits for the operations that go by the token: the job is to see the invites that they make.
  await tx.query(sql`select 1 from api_token where id = ${token.id} for update`)
  const { token: revoked } = await markRevoked(tx, token.id)
  tx.enqueue({ name: 'revokeInvitesOfToken', payload: { apiTokenId: token.id } })
  return revoked
}

async function revokeInOrg(tx: Tx, org: LockedOrg, actor: Actor, apiTokenId: string): Promise<ApiToken> {
  const { token, changed } = await markRevoked(tx, apiTokenId)
  if (!changed) return token
  tx.record(org, userIdOf(actor), {
    kind: 'CHANGE',
    type: 'API_TOKEN_REVOKED',
    summary: `The API token ${token.name} was revoked.`,
    subjectId: token.id,
  })
  for (const { id, authority } of await narrowedTokensUnder(tx, apiTokenId))
    await revokeInvitesByToken(tx, org, userIdOf(actor), id, authority)
  return token
}

async function markRevoked(tx: Tx, apiTokenId: string): Promise<{ token: ApiToken; changed: boolean }> {
  const [revoked] = await tx.query<ApiToken>(sql`
    update api_token set revoked_at = date_trunc('milliseconds', clock_timestamp())
    where id = ${apiTokenId} and revoked_at is null
    returning ${apiTokenColumns}
  `)
  if (revoked) return { token: revoked, changed: true }
  const token = await readToken(tx, apiTokenId)
  if (!token) throw new NotFoundError()
  return { token, changed: false }
}

async function readToken(tx: Tx, apiTokenId: string | null): Promise<ApiToken | null> {
  const [token] = await tx.query<ApiToken>(
    sql`select ${apiTokenColumns} from api_token where id = ${apiTokenId}`,
  )
  return token ?? null
}

/** Ends what an instance's revoked token, and those it made, left pending in one org. */
export async function revokeInvitesOfToken(tx: Tx, orgId: string, apiTokenId: string): Promise<void> {
  const org = await lockOrgIfThere(tx, orgId)
  if (!org) return
  for (const { id, authority } of await narrowedTokensUnder(tx, apiTokenId))
    await revokeInvitesByToken(tx, org, null, id, authority)
}

/** The orgs in which a token, or one that it made, has invites pending. */
export function orgsInvitedInto(
  db: Pick<Tx, 'query'>,
  apiTokenId: string,
): Promise<Array<{ orgId: string }>> {
  return db.query(sql`
    with recursive made as (
      select id from api_token where id = ${apiTokenId}
      union all
      select api_token.id from made join api_token on api_token.created_by_token_id = made.id
    )
    select org_invite.org_id from made join org_invite on org_invite.invited_by_token_id = made.id
    where org_invite.status = 'PENDING'
    union
    select org_invite.org_id from made join org_invite on org_invite.resent_by_token_id = made.id
    where org_invite.status = 'PENDING'
  `)
}
