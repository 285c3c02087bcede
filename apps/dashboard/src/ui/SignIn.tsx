import { useEffect, useRef, useState } from 'preact/hooks'
import { type DemoPerson, fetchDemoPeople, signInAs } from '../api/demoPeople.js'
import { isAccepted } from '../api/execute.js'
import { enterWithToken, leaveToSignIn, signInProblem, signInWay } from '../api/signIn.js'
import { words } from '../words/words.js'
import { Field } from './Field.js'
import { ErrorNotice } from './notices.js'
import { ForOperators, SignInProblem } from './SignInProblem.js'

export interface SignInProps {
  /** For an invitee, who is probably none of the demo people and has no token. */
  asInvitee?: boolean
  onSignedIn?: () => void
}

/** The ways to sign in that this server offers. */
export function SignIn(props: SignInProps) {
  const way = signInWay.value
  switch (way?.kind) {
    case 'openid':
      return <WithOpenId {...props} />
    case 'development':
      return <AsPerson {...props} />
    case 'none':
      return <NotSetUp {...props} />
    case 'unknown':
      return <ErrorNotice>{words().signIn.serverAway}</ErrorNotice>
    default:
      return <p class="lead">{words().dashboard.loading}</p>
  }
}

function WithOpenId({ asInvitee = false, onSignedIn }: SignInProps) {
  const [leaving, setLeaving] = useState(false)
  const problem = signInProblem.value
  const { signIn } = words()
  if (!isSecureContext) return <ErrorNotice>{signIn.insecure}</ErrorNotice>
  return (
    <div class="sign-in">
      {problem && <SignInProblem problem={problem} />}
      <button
        type="button"
        class="button primary large"
        disabled={leaving}
        onClick={async () => {
          setLeaving(true)
          await leaveToSignIn()
          setLeaving(false)
        }}
      >
        {problem ? signIn.tryAgain : signIn.submit}
      </button>
      {!asInvitee && <ByToken onSignedIn={onSignedIn} />}
    </div>
  )
}

/** Outside production: as a demo person, with any e-mail address, or with a token. */
function AsPerson({ asInvitee = false, onSignedIn }: SignInProps) {
  const [people, setPeople] = useState<readonly DemoPerson[] | null>(null)

  useEffect(() => {
    let current = true
    void fetchDemoPeople().then((offered) => {
      if (current) setPeople(offered)
    })
    return () => {
      current = false
    }
  }, [])

  const enter = (person: DemoPerson) => {
    enterWithToken(person.token, person.name)
    onSignedIn?.()
  }

  if (people === null) return null
  const { signIn, roles } = words()
  return (
    <div class="sign-in">
      {people.length > 0 && (
        <>
          {asInvitee && <AsAnybody open onSignedIn={enter} />}
          <ul class="people">
            {people.map((person) => (
              <li key={person.token}>
                <button type="button" class="person" onClick={() => enter(person)}>
                  <span class="avatar" aria-hidden="true">
                    {person.name.slice(0, 1)}
                  </span>
                  <span class="person-name">{person.name}</span>
                  {person.member && (
                    <span class="person-role">
                      {signIn.roleIn(roles.name[person.member.role], person.member.orgName)}
                    </span>
                  )}
                </button>
              </li>
            ))}
          </ul>
          {!asInvitee && <AsAnybody onSignedIn={enter} />}
        </>
      )}
      <ByToken open={people.length === 0} onSignedIn={onSignedIn} />
    </div>
  )
}

/** In production without an OpenID provider. Operators can still look around with an API token. */
function NotSetUp({ asInvitee = false, onSignedIn }: SignInProps) {
  const { signIn } = words()
  return (
    <div class="sign-in">
      <p class="notice" role="status">
        {asInvitee ? signIn.notSetUpForInvitee : signIn.notSetUp}
      </p>
      <ForOperators>{signIn.operator.notSetUp(location.origin)}</ForOperators>
      {!asInvitee && <ByToken onSignedIn={onSignedIn} />}
    </div>
  )
}

function ByToken({ open = false, onSignedIn }: { open?: boolean; onSignedIn?: (() => void) | undefined }) {
  const [token, setToken] = useState('')
  const [problem, setProblem] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const { signIn } = words()

  async function enter() {
    const trimmed = token.trim().replace(/^Bearer\s+/i, '')
    if (!trimmed) return
    setBusy(true)
    setProblem(undefined)
    try {
      if (await isAccepted(trimmed)) {
        enterWithToken(trimmed, null)
        onSignedIn?.()
      } else {
        setProblem(signIn.wrongToken)
        input.current?.focus()
      }
    } catch {
      setProblem(signIn.serverAway)
    } finally {
      setBusy(false)
    }
  }

  return (
    <details open={open} class="by-token">
      <summary>{signIn.withToken}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void enter()
        }}
      >
        <Field label={signIn.token} hint={signIn.tokenHint} error={problem}>
          {(tie) => (
            <input
              {...tie}
              ref={input}
              type="password"
              autocomplete="off"
              spellcheck={false}
              value={token}
              onInput={(event) => {
                setToken(event.currentTarget.value)
                setProblem(undefined)
              }}
            />
          )}
        </Field>
        <button type="submit" class="button" disabled={busy}>
          {signIn.submit}
        </button>
      </form>
    </details>
  )
}

function AsAnybody({ open = false, onSignedIn }: { open?: boolean; onSignedIn(person: DemoPerson): void }) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const { signIn, common } = words()
  return (
    <details open={open} class="by-token">
      <summary>{open ? signIn.asInvitee : signIn.asSomebodyElse}</summary>
      <form
        onSubmit={async (event) => {
          event.preventDefault()
          setProblem(null)
          const person = await signInAs({ name: name.trim(), email: email.trim() })
          if (person === 'wrong address') setProblem(signIn.wrongAddress)
          else if (person === 'server away') setProblem(signIn.serverAway)
          else onSignedIn(person)
        }}
      >
        <Field label={common.name}>
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
        <Field label={common.emailAddress} hint={signIn.anyAddressHint}>
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
          {signIn.submit}
        </button>
      </form>
    </details>
  )
}
