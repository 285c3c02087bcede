import { useState } from 'preact/hooks'
import { personName } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { words } from '../../words/words.js'
import { ChangeRoles } from '../dialogs/ChangeRoles.js'
import { useOrgContext } from '../orgContext.js'
import { RowButton } from './InviteRow.js'

interface ProductRolesProps {
  member: Member
  onChanged(): void
}

/** A member's button for the roles of the product. None if the product has no roles. */
export function ProductRoles({ member, onChanged }: ProductRolesProps) {
  const { store } = useOrgContext()
  const [isOpen, setOpen] = useState(false)
  if (store.appRoles.value.length === 0) return null
  return (
    <>
      {member.viewerCanChangeRoles && (
        <RowButton
          verb={words().members.appRoles}
          who={personName(member.user)}
          onClick={() => setOpen(true)}
        />
      )}
      {isOpen && <ChangeRoles member={member} onClose={() => setOpen(false)} onChanged={onChanged} />}
    </>
  )
}
