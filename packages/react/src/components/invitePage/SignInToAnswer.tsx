import { type ReactNode, useId } from 'react'
import type { InvitePreview } from '../../api/types.js'
import { useLook } from '../../words/look.js'
import { addressOf } from './inviteAddress.js'

interface SignInToAnswerProps {
  readonly invite: InvitePreview
  readonly problem: ReactNode
  /** In place of the button that calls `onSignIn`. */
  readonly signIn: ReactNode
  readonly onSignIn: (() => void) | undefined
}

/** Asks a visitor who is not signed in as a person to do so. */
export function SignInToAnswer({ invite, problem, signIn, onSignIn }: SignInToAnswerProps) {
  const { words, controls } = useLook()
  const title = useId()
  const address = addressOf(invite)
  return (
    <section className="gh-sign-in" aria-labelledby={title}>
      <h2 id={title}>{words.page.signInTitle}</h2>
      {problem}
      {address !== null && <p>{words.page.signInWith(address)}</p>}
      {signIn ??
        (onSignIn && (
          <controls.Button className="gh-button gh-primary" onClick={onSignIn}>
            {words.page.signIn}
          </controls.Button>
        ))}
    </section>
  )
}
