import { allOf } from '../../database/transaction.js'
import type { EventActor } from './actor.js'
import { revokeInvitesBeyond, revokeInvitesOfTokens, type Senders } from './revokeInvites.js'
import { revokeLinksBeyond, revokeLinksOfRevokedTokens } from './revokeLinks.js'
import type { LockedOrg, Tx } from './transact.js'

/**
 * Revokes the pending invites and active links that grant roles which those who sent or made them may not grant any more
 * (contract §3). Every loss of authority in an org comes here.
 * @param madeUpTo when they lost the authority. Later ones were made with rights that they have.
 * @returns how many invites were revoked. If INVITES_AT_ONCE, there may be more.
 */
export async function revokeSentBeyond(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  senders: Senders,
  madeUpTo: Date = org.now,
): Promise<number> {
  const [invites] = await allOf([
    revokeInvitesBeyond(tx, org, by, senders, madeUpTo),
    revokeLinksBeyond(tx, org, by, senders, madeUpTo),
  ])
  return invites
}

/**
 * Revokes the pending invites that some revoked tokens sent, and the active links of all revoked tokens.
 * @param ids of the tokens that sent the invites
 * @returns how many invites
 */
export async function revokeSentByRevokedTokens(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  ids: readonly string[],
): Promise<number> {
  const [invites] = await allOf([
    revokeInvitesOfTokens(tx, org, by, ids),
    revokeLinksOfRevokedTokens(tx, org, by),
  ])
  return invites
}
