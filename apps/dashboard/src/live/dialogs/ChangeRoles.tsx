import { useState } from 'preact/hooks'
import { ChangeRolesDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { personName } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { Dialog } from '../../ui/Dialog.js'
import { ErrorNotice } from '../../ui/notices.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
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
  const add = roles.filter((role) => !member.roles.includes(role))
  const remove = member.roles.filter((role) => !roles.includes(role))
  const addAppRoleIds = appRoleIds.filter((id) => !held.includes(id))
  const removeAppRoleIds = held.filter((id) => !appRoleIds.includes(id))
  const isSame = [add, remove, addAppRoleIds, removeAppRoleIds].every((list) => list.length === 0)
  const { members, common } = words()
  const who = personName(member.user)

  async function change() {
    setBusy(true)
    setProblem(null)
    const input = {
      orgId: store.orgId,
      userId: member.user.id,
      ...(add.length > 0 ? { add } : {}),
      ...(remove.length > 0 ? { remove } : {}),
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
          void change()
        }}
      >
        <GrantChoice legend={common.roles} chosen={grant} onChange={setGrant} />
        {roles.length === 0 && <p class="notice">{members.withoutRoles(who)}</p>}
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <WaitButton
            type="submit"
            class={roles.length === 0 ? 'button danger' : 'button primary'}
            busy={busy}
            disabled={isSame}
          >
            {roles.length === 0 ? members.remove : members.changeRoles}
          </WaitButton>
        </footer>
      </form>
    </Dialog>
  )
}
