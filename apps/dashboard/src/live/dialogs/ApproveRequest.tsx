import { useState } from 'preact/hooks'
import { ApproveJoinRequestDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { lowestRole, personName } from '../../model/text.js'
import type { JoinRequest } from '../../model/types.js'
import { Dialog } from '../../ui/Dialog.js'
import { ErrorNotice } from '../../ui/notices.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import { type Grant, GrantChoice } from './GrantChoice.js'

interface ApproveRequestProps {
  request: JoinRequest
  onClose(): void
  onApproved(): void
}

/** Approves a request to join, with the roles that the new member gets. */
export function ApproveRequest({ request, onClose, onApproved }: ApproveRequestProps) {
  const { token, store } = useOrgContext()
  const { common, joinRequests: w } = words()
  const [grant, setGrant] = useState<Grant>({
    roles: lowestRole(store.summary.value?.viewerAssignableRoles ?? []),
    appRoleIds: [],
  })
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function approve() {
    setBusy(true)
    setProblem(null)
    const { roles, appRoleIds } = grant
    const input = { orgJoinRequestId: request.id, roles: [...roles], appRoleIds: [...appRoleIds] }
    const outcome = await mutate(ApproveJoinRequestDocument, input, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    onApproved()
    onClose()
  }

  return (
    <Dialog title={w.approveTitle(personName(request.user))} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void approve()
        }}
      >
        <GrantChoice legend={w.approveRole} chosen={grant} onChange={setGrant} />
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <WaitButton type="submit" class="button primary" busy={busy} disabled={grant.roles.length === 0}>
            {w.approve}
          </WaitButton>
        </footer>
      </form>
    </Dialog>
  )
}
