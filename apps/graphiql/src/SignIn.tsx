import { useId, useState } from 'react'
import type { DemoPerson } from '../../dashboard/src/api/demoPeople.js'

const NOBODY = ''
const BY_TOKEN = ':token'

/** Chooses who sends the requests: one of the demo people (outside production), nobody, or the owner of a pasted token. */
export const SignIn = ({
  people,
  initial,
  onToken,
}: {
  people: readonly DemoPerson[]
  initial: string
  onToken: (token: string | undefined, name: string) => void
}) => {
  const id = useId()
  const [chosen, choose] = useState(initial)

  const onChoose = (name: string) => {
    choose(name)
    if (name !== BY_TOKEN) onToken(people.find((person) => person.name === name)?.token, name)
  }

  return (
    <div className="sign-in">
      <label htmlFor={id}>Signed in as</label>
      <select id={id} value={chosen} onChange={({ target }) => onChoose(target.value)}>
        {people.map(({ name, member }) => (
          <option key={name} value={name}>
            {member ? `${name}, ${member.role.toLowerCase()} of ${member.orgName}` : name}
          </option>
        ))}
        <option value={NOBODY}>nobody</option>
        <option value={BY_TOKEN}>Use a token …</option>
      </select>
      {chosen === BY_TOKEN && (
        <input
          // Not a password field: the browser would offer to save it.
          type="text"
          autoComplete="off"
          spellCheck={false}
          aria-label="Token"
          placeholder="Token"
          onBlur={({ target }) => onToken(target.value.trim() || undefined, NOBODY)}
          onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
        />
      )}
    </div>
  )
}
