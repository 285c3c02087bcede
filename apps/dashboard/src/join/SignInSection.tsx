import type { ComponentChildren } from 'preact'
import { InviteeSignIn, SessionProblem } from '../invite/InviteeSignIn.js'

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
  return (
    <section class="invite-sign-in" aria-labelledby="sign-in">
      <h2 id="sign-in">{title}</h2>
      <SessionProblem signedOut={signedOut} tokenProblem={tokenProblem} />
      {children}
      <InviteeSignIn />
    </section>
  )
}
