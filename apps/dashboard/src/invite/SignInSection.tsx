import type { ComponentChildren } from 'preact'
import { pause, session } from '../api/session.js'
import { ErrorNotice } from '../ui/notices.js'
import { SignIn } from '../ui/SignIn.js'
import { SignInRefused } from '../ui/SignInRefused.js'
import { words } from '../words/words.js'

interface SignInSectionProps {
  title: string
  /** Whether a sign-in is no longer accepted. */
  signedOut: boolean
  /** What an API token can't do here. */
  tokenProblem: string
  children: ComponentChildren
}

/** Asks a visitor who is not signed in as a person to do so. */
export function SignInSection({ title, signedOut, tokenProblem, children }: SignInSectionProps) {
  const { signIn } = words()
  const isRefused = pause.value === 'refused'
  return (
    <section class="invite-sign-in" aria-labelledby="sign-in">
      <h2 id="sign-in">{title}</h2>
      {signedOut && !isRefused && <ErrorNotice>{signIn.expired}</ErrorNotice>}
      {session.value && !signedOut && <ErrorNotice>{tokenProblem}</ErrorNotice>}
      {children}
      {isRefused ? <SignInRefused /> : <SignIn asInvitee />}
    </section>
  )
}
