import { byRank, type Role, roleNames, type Status, statusNames } from '../model/text.js'

interface RoleTagsProps {
  roles: readonly Role[]
  appRoles?: ReadonlyArray<{ readonly id: string; readonly name: string }>
}

export function RoleTags({ roles, appRoles = [] }: RoleTagsProps) {
  return (
    <span class="tags">
      {byRank(roles).map((role) => (
        <span key={role} class={`tag role-${role.toLowerCase()}`}>
          {roleNames[role]}
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
  return <span class={`status status-${status.toLowerCase()}`}>{statusNames[status]}</span>
}
