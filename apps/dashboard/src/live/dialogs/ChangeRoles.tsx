import { useState } from 'preact/hooks'
import { ChangeRolesDocument } from '../../../../../operations/generated/graphql.js'
import { act } from '../../api/act.js'
import type { Member } from '../../model/types.js'
import { personName, type Role } from '../../model/words.js'
import { Dialog } from '../../ui/Dialog.js'
import { Refused } from '../../ui/Notice.js'
import { RoleChoice } from '../../ui/RoleChoice.js'
import { usePlace } from '../room.js'

interface ChangeRolesProps {
  member: Member
  onClose(): void
  onChanged(): void
}

export function ChangeRoles({ member, onClose, onChanged }: ChangeRolesProps) {
  const { token, room } = usePlace()
  const [roles, setRoles] = useState<readonly Role[]>(member.roles)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const add = roles.filter((role) => !member.roles.includes(role))
  const remove = member.roles.filter((role) => !roles.includes(role))
  const who = personName(member.user)

  async function change() {
    setBusy(true)
    setProblem(null)
    const input = {
      orgId: room.orgId,
      userId: member.user.id,
      ...(add.length > 0 ? { add } : {}),
      ...(remove.length > 0 ? { remove } : {}),
    }
    const outcome = await act(ChangeRolesDocument, input, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.words)
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
        <RoleChoice
          legend="Roles"
          assignable={room.glance.value?.viewerAssignableRoles ?? []}
          chosen={roles}
          onChange={setRoles}
        />
        {roles.length === 0 && <p class="notice">Without any role {who} is no longer a member.</p>}
        {problem && <Refused>{problem}</Refused>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Keep them as they are
          </button>
          <button
            type="submit"
            class={roles.length === 0 ? 'button danger' : 'button primary'}
            disabled={busy || (add.length === 0 && remove.length === 0)}
          >
            {roles.length === 0 ? 'Remove' : 'Change roles'}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
