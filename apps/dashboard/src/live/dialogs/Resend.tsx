import { useState } from 'preact/hooks'
import { ResendInviteDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { issuesByField } from '../../model/refusal.js'
import { byRank, inviteeName } from '../../model/text.js'
import type { Invite } from '../../model/types.js'
import { Dialog } from '../../ui/Dialog.js'
import { ErrorNotice } from '../../ui/notices.js'
import { useOrgContext } from '../orgContext.js'
import { InviteOptions, type InviteOptionValues, optionsInput } from './InviteOptions.js'

/** Sends a pending invite again or renews an expired one, with the same or other roles. */
export function ResendDialog({ invite, onClose }: { invite: Invite; onClose(): void }) {
  const { token, store } = useOrgContext()
  const [options, setOptions] = useState<InviteOptionValues>({
    roles: invite.roles,
    appRoleIds: invite.appRoles.map(({ id }) => id),
    message: invite.message ?? '',
    days: null,
    sendEmail: true,
  })
  const [refused, setRefused] = useState<{ message: string; issues: ReadonlyMap<string, string> } | null>(
    null,
  )
  const [busy, setBusy] = useState(false)
  const renews = invite.status === 'EXPIRED'
  const verb = renews ? 'Renew' : 'Resend'

  async function resend() {
    setBusy(true)
    setRefused(null)
    const asOf = store.position()
    const { roles, appRoleIds, ...rest } = optionsInput(options)
    const input = {
      orgInviteId: invite.id,
      ...rest,
      ...(isSame(byRank(roles), byRank(invite.roles)) ? {} : { roles }),
      ...(isSame(
        appRoleIds,
        invite.appRoles.map(({ id }) => id),
      )
        ? {}
        : { appRoleIds }),
    }
    const outcome = await mutate(ResendInviteDocument, input, token)
    setBusy(false)
    if (outcome.kind !== 'done') {
      const issues = outcome.kind === 'refused' ? issuesByField(outcome.refusal) : new Map<string, string>()
      return setRefused({ message: outcome.message, issues })
    }
    store.cacheInvites([outcome.payload.orgInvite], asOf)
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
        <InviteOptions options={options} issues={refused?.issues ?? new Map()} onChange={setOptions} />
        {refused && <ErrorNotice>{refused.message}</ErrorNotice>}
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

/** What is left out of the input stays as it is, and needs no right to change it. */
function isSame(ids: readonly string[], held: readonly string[]): boolean {
  return [...ids].sort().join() === [...held].sort().join()
}
