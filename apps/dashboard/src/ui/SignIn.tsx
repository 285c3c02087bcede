import { useEffect, useState } from 'preact/hooks'
import { type DemoPerson, fetchDemoPeople, signInAs } from '../api/demoPeople.js'
import { type Session, session } from '../api/session.js'
import { Field } from './Field.js'
import { ErrorNotice } from './notices.js'

export interface SignInProps {
  /** Opens the form for any e-mail address: the invitee is probably none of the demo people. */
  asAnybody?: boolean
  onSignedIn?: (session: Session) => void
}

/** Sign-in by a token; outside production also as a demo person or with any e-mail address. */
export function SignIn({ asAnybody = false, onSignedIn }: SignInProps) {
  const [people, setPeople] = useState<readonly DemoPerson[]>([])

  useEffect(() => {
    let current = true
    void fetchDemoPeople().then((offered) => {
      if (current) setPeople(offered)
    })
    return () => {
      current = false
    }
  }, [])

  const enter = (next: Session) => {
    session.value = next
    onSignedIn?.(next)
  }

  return (
    <div class="sign-in">
      {people.length > 0 && (
        <>
          {asAnybody && <AsAnybody open onSignedIn={enter} />}
          <ul class="people">
            {people.map((person) => (
              <li key={person.token}>
                <button
                  type="button"
                  class="person"
                  onClick={() => enter({ token: person.token, name: person.name })}
                >
                  <span class="avatar" aria-hidden="true">
                    {person.name.slice(0, 1)}
                  </span>
                  <span class="person-name">{person.name}</span>
                  <span class="person-role">{person.role}</span>
                </button>
              </li>
            ))}
          </ul>
          {!asAnybody && <AsAnybody onSignedIn={enter} />}
        </>
      )}
      <ByToken open={people.length === 0} onSignedIn={enter} />
    </div>
  )
}

function ByToken({ open, onSignedIn }: { open: boolean; onSignedIn(session: Session): void }) {
  const [token, setToken] = useState('')
  return (
    <details open={open} class="by-token">
      <summary>With a token</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const trimmed = token.trim().replace(/^Bearer\s+/i, '')
          if (trimmed) onSignedIn({ token: trimmed, name: null })
        }}
      >
        <Field
          label="Token"
          hint="A person's JWT or an API token (gh_…). It stays in this tab and is gone with it."
        >
          {(tie) => (
            <input
              {...tie}
              type="password"
              autocomplete="off"
              spellcheck={false}
              value={token}
              onInput={(event) => setToken(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" class="button">
          Sign in
        </button>
      </form>
    </details>
  )
}

function AsAnybody({ open = false, onSignedIn }: { open?: boolean; onSignedIn(session: Session): void }) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  return (
    <details open={open} class="by-token">
      <summary>{open ? 'As the person invited' : 'As somebody else'}</summary>
      <form
        onSubmit={async (event) => {
          event.preventDefault()
          setProblem(null)
          try {
            const person = await signInAs({ name: name.trim(), email: email.trim() })
            onSignedIn({ token: person.token, name: person.name })
          } catch (error) {
            setProblem(error instanceof Error ? error.message : String(error))
          }
        }}
      >
        <Field label="Name">
          {(tie) => (
            <input
              {...tie}
              required
              autocomplete="off"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="E-mail address" hint="Counts as verified. Only while this server is not in production.">
          {(tie) => (
            <input
              {...tie}
              type="email"
              required
              autocomplete="off"
              value={email}
              onInput={(event) => setEmail(event.currentTarget.value)}
            />
          )}
        </Field>
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
        <button type="submit" class="button">
          Sign in
        </button>
      </form>
    </details>
  )
}
