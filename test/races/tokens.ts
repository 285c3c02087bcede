import { setTimeout as sleep } from 'node:timers/promises'
import { act, foundOrg } from '../support/acts.js'
import { pendingIn } from './memberships.js'
import { judge, type Race, said } from './race.js'

/** How soon the invites of a revoked token of the instance must be gone, ms. */
const REVOKED_WITHIN_MS = 3_000

/** A token's pending invites end with it, also the one that it is just making. */
function revokedWhileInviting(title: string, ofOrg: boolean): Race {
  return {
    title,
    round: (arena) =>
      arena.cast(1, async ([owner]) => {
        if (!owner) throw new Error('nobody to play')
        const orgId = await foundOrg(owner)
        const made = await act(
          ofOrg ? owner : arena.world.instance,
          'createApiToken',
          { ...(ofOrg && { orgId }), name: 'Importer', permissions: ['INVITE_CREATE', 'INVITE_READ'] },
          'secret apiToken { id }',
        )
        const token = arena.world.bearer(`Bearer ${made.secret}`)
        const outcomes = await arena.atOnce(
          {
            by: token,
            mutation: 'createOrgInvite',
            input: { orgId, invitee: { email: 'guest@guests.example' } },
            mayBeRefused: true,
          },
          {
            by: ofOrg ? owner : arena.world.instance,
            mutation: 'revokeApiToken',
            input: { apiTokenId: made.apiToken.id },
          },
        )
        const by = performance.now() + (ofOrg ? 0 : REVOKED_WITHIN_MS)
        while ((await pendingIn(arena, orgId)) > 0 && performance.now() < by) await sleep(50)
        const invited = outcomes[0]?.__typename === 'CreateOrgInvitePayload'
        return {
          winner: invited ? 'invite first' : 'revoke first',
          violations: await judge(arena, orgId, {
            [`the token is revoked: ${said(outcomes)}`]: outcomes[1]?.__typename === 'RevokeApiTokenPayload',
            'nothing of it is pending': (await pendingIn(arena, orgId)) === 0,
          }),
        }
      }),
  }
}

export const tokenRaces: Race[] = [
  revokedWhileInviting('an org’s token invites against its revocation', true),
  revokedWhileInviting('an instance’s token invites against its revocation', false),
]
