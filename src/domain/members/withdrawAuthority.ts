import type { OrgRoleName } from '../../generated/prisma/enums.js'
import type { EventActor } from '../core/actor.js'
import { lockOrgIfThere } from '../core/lockOrg.js'
import { authorityOfRoles, noAuthority } from '../core/permission.js'
import { INVITES_AT_ONCE, readRevokedSenders, revokeInvitesTo, type Senders } from '../core/revokeInvites.js'
import { revokeSentBeyond, revokeSentByRevokedTokens } from '../core/revokeSent.js'
import {
  readTokensLeft,
  revokeOrphanedTokens,
  revokeTokensOfUser,
  TOKENS_AT_ONCE,
} from '../core/revokeTokens.js'
import type { Jobs, LockedOrg, Transact, Tx } from '../core/transact.js'

/** What a member still has: these roles, or nothing at all, or nothing until they are reinstated. */
type Left = readonly OrgRoleName[] | 'nothing' | 'suspended'

/**
 * Revokes what depends on the roles that a member of a locked org has lost (contract §3). These are the invites and
 * links that the member or their API tokens made and may not make any more. If the membership has ended, this also revokes the member's
 * tokens and the invites to the member. A suspended member keeps both. The roles themselves are lost as soon as the member's
 * row is written.
 *
 * It revokes a limited number of invites and tokens and leaves the rest to a job. So nobody can prevent their own removal
 * by creating very many.
 */
export async function withdrawAuthority(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  userId: string,
  left: Left,
): Promise<void> {
  const gone = left === 'nothing'
  const roles = typeof left === 'string' ? [] : [...left]
  const person = { id: userId, authority: authorityOfRoles(roles) }
  const addressed = gone ? await revokeInvitesTo(tx, org, by, userId) : 0
  const tokens = gone
    ? (await revokeTokensOfUser(tx, org, by, userId)).map((id) => ({ id, authority: noAuthority }))
    : await readTokensLeft(tx, org.id, userId, person.authority.permissions, TOKENS_AT_ONCE)
  const sent = await revokeSentBeyond(tx, org, by, { person, tokens })
  if (tokens.length < TOKENS_AT_ONCE && Math.max(addressed, sent) < INVITES_AT_ONCE) return
  const at = org.now.toISOString()
  tx.enqueue({
    name: 'finishWithdrawal',
    payload: {
      orgId: org.id,
      userId,
      left: roles,
      suspended: left === 'suspended',
      actorId: by.userId,
      actorTokenId: by.apiTokenId,
      at,
    },
  })
}

/** The work that a transaction has left to the job. */
export type Withdrawal = Jobs['finishWithdrawal']

/**
 * Does the rest of a withdrawal. It also revokes everything else in the org that depends on a revoked token or on an
 * ended membership. It works in batches, each with its own transaction, so that the org is not locked for long.
 */
export async function finishWithdrawal(transact: Transact, withdrawal: Withdrawal): Promise<void> {
  // Once for all batches: they depend on what tokens were given when they were made, and later ones don't matter.
  const senders = await transact((tx) => sendersLeft(tx, withdrawal))
  // Once too: each batch tells which tokens it has revoked itself.
  const revoked = await transact((tx) => readRevokedSenders(tx, withdrawal.orgId))
  for (;;) {
    const batch = await transact(async (tx) => {
      const org = await lockOrgIfThere(tx, withdrawal.orgId)
      return org && (await withdrawMore(tx, org, withdrawal, senders, revoked))
    })
    if (!batch?.more) return
    revoked.push(...batch.orphans)
  }
}

/** The member and their tokens, with what each may still do. Null if no member has lost anything. */
async function sendersLeft(tx: Tx, withdrawal: Withdrawal): Promise<Senders | null> {
  const { orgId, userId, left } = withdrawal
  if (userId === null) return null
  const person = { id: userId, authority: authorityOfRoles(left) }
  if (isGone(withdrawal)) return { person, tokens: [] }
  const { permissions } = person.authority
  return {
    person,
    tokens: await readTokensLeft(tx, orgId, userId, permissions, Number.MAX_SAFE_INTEGER),
  }
}

const isGone = ({ left, suspended }: Withdrawal) => left.length === 0 && suspended !== true

async function withdrawMore(
  tx: Tx,
  org: LockedOrg,
  withdrawal: Withdrawal,
  senders: Senders | null,
  revoked: readonly string[],
): Promise<{ orphans: string[]; more: boolean }> {
  const { userId } = withdrawal
  const by = { userId: withdrawal.actorId, apiTokenId: withdrawal.actorTokenId ?? null }
  const at = new Date(withdrawal.at)
  const orphans = await revokeOrphanedTokens(tx, org, by)
  const invites = [await revokeSentByRevokedTokens(tx, org, by, [...revoked, ...orphans])]
  if (userId !== null && isGone(withdrawal)) invites.push(await revokeInvitesTo(tx, org, by, userId, at))
  if (senders) invites.push(await revokeSentBeyond(tx, org, by, senders, at))
  return { orphans, more: orphans.length >= TOKENS_AT_ONCE || Math.max(...invites) >= INVITES_AT_ONCE }
}
