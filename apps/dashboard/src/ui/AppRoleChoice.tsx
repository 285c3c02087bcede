import { byRank, type Role } from '../model/text.js'
import type { AppRole } from '../model/types.js'

export interface AppRoleChoiceProps {
  legend: string
  /** All app roles. If there are none, nothing is shown. */
  appRoles: readonly AppRole[]
  /** The viewer's assignable roles: an app role that needs a higher rank is shown, but disabled. */
  assignable: readonly Role[]
  /** Ids. */
  chosen: readonly string[]
  onChange(chosen: string[]): void
}

/** The roles that the host application defines. */
export function AppRoleChoice({ legend, appRoles, assignable, chosen, onChange }: AppRoleChoiceProps) {
  if (appRoles.length === 0) return null
  const rank = byRank(assignable)[0]
  const mayGrant = ({ assignableBy }: AppRole) =>
    rank !== undefined && byRank([rank, assignableBy])[0] === rank
  return (
    <fieldset class="roles">
      <legend>{legend}</legend>
      {appRoles.map((role) => (
        <label key={role.id} class="role-choice app-role-choice">
          <input
            type="checkbox"
            checked={chosen.includes(role.id)}
            disabled={!mayGrant(role)}
            onChange={(event) =>
              onChange(
                event.currentTarget.checked ? [...chosen, role.id] : chosen.filter((id) => id !== role.id),
              )
            }
          />
          <span>
            <span class="role-name">{role.name}</span> <span class="role-can">{role.description}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
