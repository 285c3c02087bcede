import { roleNames } from '../../model/text.js'
import type { AppRole } from '../../model/types.js'
import { useOrgContext } from '../orgContext.js'
import { RowButton } from './InviteRow.js'

/** The roles that the host application defines, and the way to who has each. */
export function AppRoles({ onShowMembers }: { onShowMembers(role: AppRole): void }) {
  const { store } = useOrgContext()
  return (
    <div class="list">
      <ul class="cards">
        {store.appRoles.value.map((role) => (
          <li key={role.id} class="card">
            <div class="card-words">
              <p class="who-line">{role.name}</p>
              {role.description && <p>{role.description}</p>}
              <p class="sub-line">
                {role.assignableBy === 'USER'
                  ? 'Any member who may change roles'
                  : roleNames[role.assignableBy]}{' '}
                can grant it. {role.permissions.length > 0 && <code>{role.permissions.join(' ')}</code>}
              </p>
            </div>
            <div class="actions">
              <RowButton verb="Who has it" who={role.name} onClick={() => onShowMembers(role)} />
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}
