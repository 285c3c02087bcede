import { useState } from 'preact/hooks'
import { ChangeRolesDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { personName, type Role } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { AppRoleChoice } from '../../ui/AppRoleChoice.js'
import { Dialog } from '../../ui/Dialog.js'
import { ErrorNotice } from '../../ui/notices.js'
import { RoleChoice } from '../../ui/RoleChoice.js'
import { useOrgContext } from '../orgContext.js'

interface ChangeRolesProps {
  member: Member
  onClose(): void
  onChanged(): void
}

export function ChangeRoles({ member, onClose, onChanged }: ChangeRolesProps) {
  const { token, store } = useOrgContext()
  const [roles, setRoles] = useState<readonly Role[]>(member.roles)
  const held = member.appRoles.map(({ id }) => id)
  const [appRoleIds, setAppRoleIds] = useState<readonly string[]>(held)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const add = roles.filter((role) => !member.roles.includes(role))
  const remove = member.roles.filter((role) => !roles.includes(role))
  const addAppRoleIds = appRoleIds.filter((id) => !held.includes(id))
  const removeAppRoleIds = held.filter((id) => !appRoleIds.includes(id))
  const isSame = [add, remove, addAppRoleIds, removeAppRoleIds].every((list) => list.length === 0)
  const assignable = store.summary.value?.viewerAssignableRoles ?? []
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
    <Dialog title={`Roles of ${who}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void change()
        }}
      >
        <RoleChoice legend="Roles" assignable={assignable} chosen={roles} onChange={setRoles} />
        <AppRoleChoice
          legend="Roles in the product"
          appRoles={store.appRoles.value}
          assignable={assignable}
          chosen={appRoleIds}
          onChange={setAppRoleIds}
        />
        {roles.length === 0 && <p class="notice">Without any role {who} is no longer a member.</p>}
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Keep them as they are
          </button>
          <button
            type="submit"
            class={roles.length === 0 ? 'button danger' : 'button primary'}
            disabled={busy || isSame}
          >
            {roles.length === 0 ? 'Remove' : 'Change roles'}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
