import type { JoinMode } from '../model/text.js'
import { allWords } from '../words/allWords.js'
import { Field } from './Field.js'

interface JoinModeFieldProps {
  chosen: JoinMode
  onChange(joinMode: JoinMode): void
}

/** What a verified domain means for people with an address in it. */
export function JoinModeField({ chosen, onChange }: JoinModeFieldProps) {
  const w = allWords().domains
  const modes = Object.entries(w.joinModes) as Array<[JoinMode, string]>
  return (
    <Field label={w.joinMode}>
      {(tie) => (
        <select {...tie} value={chosen} onChange={(event) => onChange(event.currentTarget.value as JoinMode)}>
          {modes.map(([mode, name]) => (
            <option key={mode} value={mode}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
