import { InviteManyDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { isRefusal, refusalMessage } from '../../model/refusal.js'
import type { Role } from '../../model/text.js'
import type { Invite } from '../../model/types.js'
import type { OrgStore } from '../state/orgStore.js'
import { type InviteOptionValues, optionsInput } from './InviteOptions.js'
import type { InviteResult } from './InviteResults.js'

/** The most invites in one request. */
export const MAX_INVITES = 100

export type BulkInviteOutcome =
  | { readonly kind: 'done'; readonly results: readonly InviteResult[] }
  | { readonly kind: 'failed'; readonly message: string }

/** Invites up to 100 addresses with one request. */
export async function inviteInBulk(
  { token, store }: { token: string; store: OrgStore },
  addresses: readonly string[],
  options: InviteOptionValues,
  role: Role | null = null,
): Promise<BulkInviteOutcome> {
  const asOf = store.position()
  const invitees = addresses.map((email) => ({ email }))
  const input = { orgId: store.orgId, invitees, ...optionsInput(options), ...(role && { roles: [role] }) }
  const outcome = await mutate(InviteManyDocument, input, token)
  if (outcome.kind !== 'done') return { kind: 'failed', message: outcome.message }
  const made: Invite[] = []
  const results = outcome.payload.results.map((result, index) => {
    const address = addresses[index] ?? ''
    if (isRefusal(result)) return { address, refused: refusalMessage(result, 'createOrgInvite'), link: null }
    made.push(result.orgInvite)
    return { address, refused: null, link: result.acceptUrl }
  })
  store.cacheInvites(made, asOf)
  return { kind: 'done', results }
}
