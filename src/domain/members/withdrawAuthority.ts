import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { lockOrgIfThere } from '../core/lockOrg.js'
import { authorityOfRoles, noAuthority } from '../core/permission.js'
import { revokeOrphans, revokeTokensOf, TOKENS_AT_ONCE, tokensLeftTo } from '../core/tokensBelow.js'
import type { Jobs, LockedOrg, Transact, Tx } from '../core/transact.js'
import {
  INVITES_AT_ONCE,
  revokeInvitesBeyond,
  revokeInvitesOfRevokedTokens,
  revokeInvitesTo,
} from '../invites/revokeInvites.js'

/**
 * Takes from a member of a locked org what stood on roles that they lost (contract §3): invites that they or their
 * API tokens sent, as far as these grant more than is left; and, of one who is gone, the tokens themselves and the
 * invites addressed to them. The right itself is gone already when the member's row is written. What this revokes is
 * limited, so that nothing that somebody built up can keep them in: a job goes on with the rest.
 * @param left roles that the member holds from now on, none for one who is gone
 */
export async function withdrawAuthority(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  userId: string,
  left: readonly OrgRoleName[],
): Promise<void> {
  const gone = left.length === 0
  const person = { id: userId, authority: authorityOfRoles(left) }
  const addressed = gone ? await revokeInvitesTo(tx, org, actorId, userId) : 0
  const tokens = gone
    ? (await revokeTokensOf(tx, org, actorId, userId)).map((id) => ({ id, authority: noAuthority }))
    : await tokensLeftTo(tx, org.id, userId, person.authority.permissions, TOKENS_AT_ONCE)
  const sent = await revokeInvitesBeyond(tx, org, actorId, { person, tokens })
  if (tokens.length < TOKENS_AT_ONCE && Math.max(addressed, sent) < INVITES_AT_ONCE) return
  const at = org.now.toISOString()
  tx.enqueue({ name: 'finishWithdrawal', payload: { orgId: org.id, userId, left: [...left], actorId, at } })
}

/** A withdrawal that a transaction began. */
export type Withdrawal = Jobs['finishWithdrawal']

/**
 * Revokes what a withdrawal left, and everything else in the org that stands on a revoked token or an ended
 * membership: piece by piece, each piece under the org's lock for itself.
 */
export async function finishWithdrawal(transact: Transact, withdrawal: Withdrawal): Promise<void> {
  let more = true
  while (more)
    more = await transact(async (tx) => {
      const org = await lockOrgIfThere(tx, withdrawal.orgId)
      return org !== null && (await withdrawMore(tx, org, withdrawal))
    })
}

async function withdrawMore(tx: Tx, org: LockedOrg, withdrawal: Withdrawal): Promise<boolean> {
  const { userId, left, actorId } = withdrawal
  const at = new Date(withdrawal.at)
  const orphans = await revokeOrphans(tx, org, actorId)
  const invites = [await revokeInvitesOfRevokedTokens(tx, org, actorId)]
  if (userId !== null) {
    const person = { id: userId, authority: authorityOfRoles(left) }
    const { permissions } = person.authority
    const gone = left.length === 0
    if (gone) invites.push(await revokeInvitesTo(tx, org, actorId, userId, at))
    const tokens = gone ? [] : await tokensLeftTo(tx, org.id, userId, permissions, Number.MAX_SAFE_INTEGER)
    invites.push(await revokeInvitesBeyond(tx, org, actorId, { person, tokens }, at))
  }
  return orphans.length >= TOKENS_AT_ONCE || Math.max(...invites) >= INVITES_AT_ONCE
}
