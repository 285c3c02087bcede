import { useState } from 'preact/hooks'
import { ChangeRolesDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { byRank, personName } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { Dialog } from '../../ui/Dialog.js'
import { ErrorNotice } from '../../ui/notices.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import { roleChange } from '../panels/roleChange.js'
import { type Grant, GrantChoice } from './GrantChoice.js'

interface ChangeRolesProps {
  member: Member
  onClose(): void
  onChanged(): void
}

export function ChangeRoles({ member, onClose, onChanged }: ChangeRolesProps) {
  const { token, store } = useOrgContext()
  const held = member.appRoles.map(({ id }) => id)
  const [grant, setGrant] = useState<Grant>({ roles: member.roles, appRoleIds: held })
  const { roles, appRoleIds } = grant
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [role] = byRank(roles)
  const change = role ? roleChange(member.roles, role) : {}
  const addAppRoleIds = appRoleIds.filter((id) => !held.includes(id))
  const removeAppRoleIds = held.filter((id) => !appRoleIds.includes(id))
  const isSame =
    Object.keys(change).length === 0 && addAppRoleIds.length === 0 && removeAppRoleIds.length === 0
  const { members, common } = words()
  const who = personName(member.user)

  async function save() {
    setBusy(true)
    setProblem(null)
    const input = {
      orgId: store.orgId,
      userId: member.user.id,
      ...change,
      ...(addAppRoleIds.length > 0 ? { addAppRoleIds } : {}),
      ...(removeAppRoleIds.length > 0 ? { removeAppRoleIds } : {}),
    }
    const outcome = await mutate(ChangeRolesDocument, input, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    onChanged()
    onClose()
  }

  return (
    <Dialog allowed={member.viewerCanChangeRoles} title={members.rolesTitle(who)} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <GrantChoice legend={members.role} chosen={grant} onChange={setGrant} />
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <WaitButton type="submit" class="button primary" busy={busy} disabled={isSame}>
            {members.changeRoles}
          </WaitButton>
        </footer>
      </form>
    </Dialog>
  )
}
