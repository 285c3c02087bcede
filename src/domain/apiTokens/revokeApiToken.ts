import sql from 'sql-template-tag'
import { type Actor, type EventActor, eventActorOf } from '../core/actor.js'
import { isInstanceToken } from '../core/authority.js'
import { readInstancePermissions } from '../core/effectivePermissions.js'
import { enterOrg } from '../core/enterOrg.js'
import { noAuthority } from '../core/permission.js'
import { NotFoundError, PermissionDeniedError } from '../core/refusal.js'
import { INVITES_AT_ONCE } from '../core/revokeInvites.js'
import { revokeSentBeyond } from '../core/revokeSent.js'
import { recordRevoked, revokeTokensOfToken, TOKENS_AT_ONCE } from '../core/revokeTokens.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { type ApiToken, apiTokenColumns } from './apiToken.js'

/**
 * Revokes an API token, the tokens that it made, and the pending invites and links of all of them. For a token of an org all this
 * is one transaction, if there is not too much of it. For an instance token the job `revokeInvitesOfToken` does the rest,
 * org by org. Revoking a revoked token changes nothing.
 * @throws {NotFoundError | PermissionDeniedError}
 */
export async function revokeApiToken(tx: Tx, actor: Actor, apiTokenId: string | null): Promise<ApiToken> {
  const token = await readToken(tx, apiTokenId)
  if (!token) throw new NotFoundError()
  if (token.orgId !== null) {
    const { org } = await enterOrg(tx, actor, token.orgId, 'API_TOKEN_MANAGE')
    return revokeInOrg(tx, org, eventActorOf(actor), token.id)
  }
  if (!isInstanceToken(actor)) throw new NotFoundError()
  if (!(await readInstancePermissions(tx, actor)).has('API_TOKEN_MANAGE'))
    throw new PermissionDeniedError('API_TOKEN_MANAGE')
  // Waits for operations that use the token, so that the job finds the invites that they make.
  await tx.query(sql`select 1 from api_token where id = ${token.id} for update`)
  const { token: revoked } = await markRevoked(tx, token.id)
  tx.enqueue({ name: 'revokeInvitesOfToken', payload: { apiTokenId: token.id } })
  return revoked
}

/** The token comes first. Once it is revoked, everything that it made can do nothing, however much that is. */
async function revokeInOrg(tx: Tx, org: LockedOrg, by: EventActor, apiTokenId: string): Promise<ApiToken> {
  const { token, changed } = await markRevoked(tx, apiTokenId)
  if (!changed) return token
  recordRevoked(tx, org, by, token)
  const below = await revokeTokensOfToken(tx, org, by, apiTokenId)
  const tokens = [apiTokenId, ...below].map((id) => ({ id, authority: noAuthority }))
  const invites = await revokeSentBeyond(tx, org, by, { tokens })
  if (below.length >= TOKENS_AT_ONCE || invites >= INVITES_AT_ONCE) {
    const at = org.now.toISOString()
    tx.enqueue({
      name: 'finishWithdrawal',
      payload: { orgId: org.id, userId: null, left: [], actorId: by.userId, actorTokenId: by.apiTokenId, at },
    })
  }
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
