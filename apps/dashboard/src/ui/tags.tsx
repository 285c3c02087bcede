import { byRank, type Role, type Status } from '../model/text.js'
import { words } from '../words/words.js'

interface RoleTagsProps {
  roles: readonly Role[]
  appRoles?: ReadonlyArray<{ readonly id: string; readonly name: string }>
}

/** The highest role alone: a lower one beside it gives nothing more. */
export function RoleTags({ roles, appRoles = [] }: RoleTagsProps) {
  return (
    <span class="tags">
      {byRank(roles)
        .slice(0, 1)
        .map((role) => (
          <span key={role} class={`tag role-${role.toLowerCase()}`}>
            {words().roles.name[role]}
          </span>
        ))}
      {appRoles.map(({ id, name }) => (
        <span key={id} class="tag">
          {name}
        </span>
      ))}
    </span>
  )
}

export function StatusTag({ status }: { status: Status }) {
  return <span class={`status status-${status.toLowerCase()}`}>{words().invites.status[status]}</span>
}
