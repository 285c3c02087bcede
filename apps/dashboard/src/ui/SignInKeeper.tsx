import { useEffect, useState } from 'preact/hooks'
import { giveUpChanges, waitingChanges } from '../api/credential.js'
import { type Pause, pause, session } from '../api/session.js'
import { retryRenewal, signInBeside, signInProblem } from '../api/signIn.js'
import { words } from '../words/words.js'
import { Dialog } from './Dialog.js'
import { ErrorNotice } from './notices.js'
import { SignIn } from './SignIn.js'
import { SignInProblem } from './SignInProblem.js'

/**
 * Says that the sign-in has run out, while everything stays on the page and its requests wait, and lets the person sign
 * in again in place. It is a banner; and a dialog if another dialog covers the page, or if a change waits to be saved.
 */
export function SignInKeeper() {
  const why = pause.value
  const isSignedIn = session.value !== null
  const isAsked = waitingChanges.value > 0
  const [dialog, setDialog] = useState(false)

  useEffect(() => {
    if (why === null) setDialog(false)
    else if (isAsked || document.querySelector('dialog[open]')) setDialog(true)
  }, [why, isAsked])

  if (why === null || why === 'refused' || !isSignedIn) return null
  return (
    <>
      <div class="signed-out" role="alert">
        <p>{textOf(why)}</p>
        <Again why={why} onDialog={() => setDialog(true)} />
      </div>
      {dialog && (
        <Dialog
          title={words().signIn.againTitle}
          onClose={() => {
            giveUpChanges()
            setDialog(false)
          }}
        >
          <div class="sign-in">
            <p>{textOf(why)}</p>
            <p>{words().signIn.nothingLost}</p>
            <AgainInDialog why={why} />
          </div>
        </Dialog>
      )}
    </>
  )
}

function textOf(why: Pause): string {
  const { signIn } = words()
  return why === 'unreachable' ? signIn.unreachableRetrying : signIn.expired
}

/** The button of the banner. */
function Again({ why, onDialog }: { why: Pause; onDialog(): void }) {
  const { signIn } = words()
  if (why === 'unreachable') return <RetryButton />
  return (
    <button
      type="button"
      class="button primary"
      onClick={() => {
        // Where no window opens, the dialog says what to do.
        if (session.value?.kind !== 'openid' || !signInBeside()) onDialog()
      }}
    >
      {signIn.again}
    </button>
  )
}

function AgainInDialog({ why }: { why: Pause }) {
  const [isBlocked, setBlocked] = useState(false)
  const { signIn } = words()
  if (why === 'unreachable') return <RetryButton />
  if (session.value?.kind !== 'openid') return <SignIn />
  return (
    <div class="sign-in">
      {isBlocked && <ErrorNotice>{signIn.blocked}</ErrorNotice>}
      {signInProblem.value && <SignInProblem problem={signInProblem.value} />}
      <button type="button" class="button primary" onClick={() => setBlocked(signInBeside() === null)}>
        {signIn.again}
      </button>
    </div>
  )
}

function RetryButton() {
  return (
    <button type="button" class="button" onClick={retryRenewal}>
      {words().signIn.tryAgain}
    </button>
  )
}
