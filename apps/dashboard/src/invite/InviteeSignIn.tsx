import { pause, session } from '../api/session.js'
import { signInProblem } from '../api/signIn.js'
import { ErrorNotice } from '../ui/notices.js'
import { SignIn } from '../ui/SignIn.js'
import { ForOperators, SignInProblem } from '../ui/SignInProblem.js'
import { SignInRefused } from '../ui/SignInRefused.js'
import { words } from '../words/words.js'

/** The sign-in of an invitee, who comes back to the same page. */
export function InviteeSignIn() {
  return pause.value === 'refused' ? <SignInRefused /> : <SignIn asInvitee />
}

interface SessionProblemProps {
  /** Whether a sign-in is no longer accepted. */
  signedOut: boolean
  /** What an API token can't do here. */
  tokenProblem: string
}

/** Why somebody can't answer although this page has a session. */
export function SessionProblem({ signedOut, tokenProblem }: SessionProblemProps) {
  if (signedOut) return pause.value === 'refused' ? null : <ErrorNotice>{words().signIn.expired}</ErrorNotice>
  return session.value && <ErrorNotice>{tokenProblem}</ErrorNotice>
}

/** What is wrong with the account of somebody who is signed in. */
export function AccountProblem({ email }: { email: string | null }) {
  return (
    <>
      {email === null && <NoAddress />}
      {signInProblem.value && <SignInProblem problem={signInProblem.value} />}
    </>
  )
}

/** The cause is in the provider's tokens: it may know the address very well. */
function NoAddress() {
  const { signIn } = words()
  return (
    <>
      <ErrorNotice>{signIn.noEmail(session.value?.email ?? null)}</ErrorNotice>
      <ForOperators>{signIn.operator.noEmail}</ForOperators>
    </>
  )
}
