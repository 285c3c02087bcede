import { useState } from 'preact/hooks'
import { ResendInviteDocument } from '../../../../../operations/generated/graphql.js'
import { act } from '../../api/act.js'
import { issuesByField } from '../../model/refusal.js'
import type { Invite } from '../../model/types.js'
import { byRank, inviteeName } from '../../model/words.js'
import { Dialog } from '../../ui/Dialog.js'
import { Refused } from '../../ui/Notice.js'
import { usePlace } from '../room.js'
import { InviteTerms, type Terms, termsInput } from './InviteTerms.js'

/** Sends a pending invite again, or renews an expired one, with the same roles or others. */
export function ResendDialog({ invite, onClose }: { invite: Invite; onClose(): void }) {
  const { token, room } = usePlace()
  const [terms, setTerms] = useState<Terms>({
    roles: invite.roles,
    message: invite.message ?? '',
    days: null,
    sendEmail: true,
  })
  const [refused, setRefused] = useState<{ words: string; issues: ReadonlyMap<string, string> } | null>(null)
  const [busy, setBusy] = useState(false)
  const renews = invite.status === 'EXPIRED'
  const verb = renews ? 'Renew' : 'Resend'

  async function resend() {
    setBusy(true)
    setRefused(null)
    const asOf = room.position()
    const { roles, ...rest } = termsInput(terms)
    const unchanged = byRank(roles).join() === byRank(invite.roles).join()
    const input = { orgInviteId: invite.id, ...rest, ...(unchanged ? {} : { roles }) }
    const outcome = await act(ResendInviteDocument, input, token)
    setBusy(false)
    if (outcome.kind !== 'done') {
      const issues = outcome.kind === 'refused' ? issuesByField(outcome.refusal) : new Map<string, string>()
      return setRefused({ words: outcome.words, issues })
    }
    room.learn([outcome.payload.orgInvite], asOf)
    onClose()
  }

  return (
    <Dialog title={`${verb} the invite to ${inviteeName(invite)}`} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void resend()
        }}
      >
        <p class="dialog-lead">
          {renews
            ? 'A new invite is made in place of the expired one, with a new link.'
            : 'They get a new link and a new time to answer. The old link stops working at once.'}
        </p>
        <InviteTerms terms={terms} issues={refused?.issues ?? new Map()} onChange={setTerms} />
        {refused && <Refused>{refused.words}</Refused>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Keep it as it is
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            {verb}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
