import { byRank, type Role } from '../model/text.js'
import { words } from '../words/words.js'

export interface RoleChoiceProps {
  legend: string
  /** The roles that the viewer may change. The others are shown, but disabled. */
  assignable: readonly Role[]
  chosen: readonly Role[]
  onChange(roles: Role[]): void
}

export function RoleChoice({ legend, assignable, chosen, onChange }: RoleChoiceProps) {
  const { name, can } = words().roles
  const shown = byRank([...new Set([...assignable, ...chosen])])
  return (
    <fieldset class="roles">
      <legend>{legend}</legend>
      {shown.map((role) => (
        <label key={role} class="role-choice">
          <input
            type="checkbox"
            checked={chosen.includes(role)}
            disabled={!assignable.includes(role)}
            onChange={(event) =>
              onChange(
                byRank(
                  event.currentTarget.checked ? [...chosen, role] : chosen.filter((held) => held !== role),
                ),
              )
            }
          />
          <span class="role-name">{name[role]}</span>
          <span class="role-can">{can[role]}</span>
        </label>
      ))}
    </fieldset>
  )
}
