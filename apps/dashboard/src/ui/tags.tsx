import { byRank, type Role, roleNames, type Status, statusNames } from '../model/text.js'

export function RoleTags({ roles }: { roles: readonly Role[] }) {
  return (
    <span class="tags">
      {byRank(roles).map((role) => (
        <span key={role} class={`tag role-${role.toLowerCase()}`}>
          {roleNames[role]}
        </span>
      ))}
    </span>
  )
}

export function StatusTag({ status }: { status: Status }) {
  return <span class={`status status-${status.toLowerCase()}`}>{statusNames[status]}</span>
}
