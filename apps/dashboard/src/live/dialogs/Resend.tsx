import { useState } from 'preact/hooks'
import { ResendInviteDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { issuesByField } from '../../model/refusal.js'
import { byRank, inviteeName } from '../../model/text.js'
import type { Invite } from '../../model/types.js'
import { Dialog } from '../../ui/Dialog.js'
import { ErrorNotice } from '../../ui/notices.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import { InviteLink } from './InviteLink.js'
import { InviteOptions, type InviteOptionValues, optionsInput } from './InviteOptions.js'

/** Sends a pending invite again or renews an expired one, with the same or other roles. */
export function ResendDialog({ invite, onClose }: { invite: Invite; onClose(): void }) {
  const { token, store } = useOrgContext()
  const [options, setOptions] = useState<InviteOptionValues>({
    roles: invite.roles,
    appRoleIds: invite.appRoles.map(({ id }) => id),
    message: invite.message ?? '',
    days: null,
    locale: null,
    sendEmail: true,
  })
  const [refused, setRefused] = useState<{ message: string; issues: ReadonlyMap<string, string> } | null>(
    null,
  )
  const [busy, setBusy] = useState(false)
  const renews = invite.status === 'EXPIRED'
  const { inviteDialog, invites, common } = words()
  const verb = renews ? invites.renew : invites.resend
  const [link, setLink] = useState<string | null>(null)

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
    const { acceptUrl } = outcome.payload
    if (acceptUrl) setLink(acceptUrl)
    else onClose()
  }

  const title = renews ? inviteDialog.renewTitle : inviteDialog.resendTitle
  if (link)
    return (
      <Dialog title={title(inviteeName(invite))} onClose={onClose}>
        <InviteLink link={link} />
        <footer class="dialog-foot">
          <button type="button" class="button primary" onClick={onClose}>
            {common.done}
          </button>
        </footer>
      </Dialog>
    )
  return (
    <Dialog allowed={invite.viewerCanResend} title={title(inviteeName(invite))} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void resend()
        }}
      >
        <p class="dialog-lead">{renews ? inviteDialog.renewBody : inviteDialog.resendBody}</p>
        <InviteOptions
          options={options}
          issues={refused?.issues ?? new Map()}
          usualLanguage={inviteDialog.sameLanguage}
          onChange={setOptions}
        />
        {refused && <ErrorNotice>{refused.message}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <WaitButton type="submit" class="button primary" busy={busy}>
            {verb}
          </WaitButton>
        </footer>
      </form>
    </Dialog>
  )
}

/** What is left out of the input stays as it is, and needs no right to change it. */
function isSame(ids: readonly string[], held: readonly string[]): boolean {
  return [...ids].sort().join() === [...held].sort().join()
}
