import type { CreatedInvite } from '../api/types.js'
import { type InviteOptions, useInvite, useInviteMany } from '../hooks/inviting.js'
import { useLook } from '../words/look.js'
import { type Problems, problemsOf } from './inviteTerms.js'

/** The most addresses in one request. */
export const MAX_INVITES = 100

/** Somebody who was invited just now. */
export interface Invited {
  /** The address of the invite, which can be written otherwise than it was typed. */
  readonly email: string
  readonly invite: CreatedInvite
  /** The link that the mail would have had, if none is sent. It can't be read again later. */
  readonly link: string | null
}

export interface Refused {
  readonly address: string
  readonly why: string
}

/** What became of the addresses. */
export interface Sent {
  readonly invited: readonly Invited[]
  readonly refused: readonly Refused[]
  /** Why nobody was invited, if the reason is none of the addresses. */
  readonly wrong: Problems
}

/** Invites addresses: one by an invite of its own, so that the answer is about each field, and several with one request. */
export function useSendInvites(orgId: string) {
  const { words } = useLook()
  const [inviteOne] = useInvite()
  const [inviteMany] = useInviteMany()

  return async (addresses: readonly string[], options: InviteOptions): Promise<Sent> => {
    const [first = '', ...others] = addresses
    const isOne = others.length === 0
    const many = isOne ? null : await inviteMany(orgId, addresses, options)
    if (many && many.kind !== 'done') return { invited: [], refused: [], wrong: problemsOf(many, words) }
    const outcomes = many?.payload ?? [await inviteOne(orgId, { email: first, ...options })]
    const invited: Invited[] = []
    const refused: Refused[] = []
    let wrong: Problems = {}
    for (const [index, outcome] of outcomes.entries()) {
      const address = addresses[index] ?? ''
      if (outcome.kind === 'done') {
        const { orgInvite, acceptUrl } = outcome.payload
        invited.push({ email: orgInvite.email ?? address, invite: orgInvite, link: acceptUrl })
        continue
      }
      const { email, ...rest } = problemsOf(outcome, words)
      // Among several, any reason is the one of this address: the others may be invited.
      const why = email ?? (isOne ? undefined : Object.values(rest)[0])
      if (why !== undefined) refused.push({ address, why })
      if (isOne) wrong = rest
    }
    return { invited, refused, wrong }
  }
}
