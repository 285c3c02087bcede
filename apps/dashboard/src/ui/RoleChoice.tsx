import { useId } from 'preact/hooks'
import { byRank, type Role } from '../model/text.js'
import { words } from '../words/words.js'

export interface RoleChoiceProps {
  legend: string
  /** The roles that the viewer may give. The others are shown, but disabled. */
  assignable: readonly Role[]
  /** Somebody may hold several. The highest counts: a lower one gives nothing more. */
  chosen: readonly Role[]
  onChange(role: Role): void
}

export function RoleChoice({ legend, assignable, chosen, onChange }: RoleChoiceProps) {
  const group = useId()
  const { name, can } = words().roles
  const [highest] = byRank(chosen)
  const shown = byRank([...new Set([...assignable, ...(highest ? [highest] : [])])])
  return (
    <fieldset class="roles">
      <legend>{legend}</legend>
      {shown.map((role) => (
        <label key={role} class="role-choice">
          <input
            type="radio"
            name={group}
            checked={role === highest}
            disabled={!assignable.includes(role)}
            onChange={() => onChange(role)}
          />
          <span class="role-name">{name[role]}</span>
          <span class="role-can">{can[role]}</span>
        </label>
      ))}
    </fieldset>
  )
}
