import { useId, useState } from 'react'
import type { DemoPerson } from '../../dashboard/src/api/demoPeople.js'

const NOBODY = ''
const BY_TOKEN = ':token'

/** Who asks: one of the people offered outside production, nobody, or the bearer of a token at hand. */
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
        {people.map(({ name, role }) => (
          <option key={name} value={name}>
            {role === '' ? name : `${name}, ${role}`}
          </option>
        ))}
        <option value={NOBODY}>nobody</option>
        <option value={BY_TOKEN}>bearer of a token …</option>
      </select>
      {chosen === BY_TOKEN && (
        <input
          // Not a password: a browser would offer to keep it.
          type="text"
          autoComplete="off"
          spellCheck={false}
          aria-label="Token"
          placeholder="JWT or gh_…"
          onBlur={({ target }) => onToken(target.value.trim() || undefined, NOBODY)}
          onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
        />
      )}
    </div>
  )
}
