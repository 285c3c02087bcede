import { allWords } from '../../words/allWords.js'
import { showTab } from '../address.js'
import { useOrgContext } from '../orgContext.js'
import { RowButton } from './InviteRow.js'

/** The roles that the host application defines, and the way to who has each. */
export function AppRoles() {
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
                {allWords().appRoles.grantedBy[role.assignableBy]}{' '}
                {role.permissions.length > 0 && <code>{role.permissions.join(' ')}</code>}
              </p>
            </div>
            <div class="actions">
              <RowButton
                verb={allWords().appRoles.showMembers}
                who={role.name}
                onClick={() => showTab('members', { app: role.id, settings: null })}
              />
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}
