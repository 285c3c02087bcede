import type { ComponentChildren } from 'preact'
import { session } from '../api/session.js'
import { leaveToSignIn, signInProblem, signInWay, signOut } from '../api/signIn.js'
import { personName } from '../model/text.js'
import { ErrorNotice } from '../ui/notices.js'
import { ForOperators, SignInProblem } from '../ui/SignInProblem.js'
import { words } from '../words/words.js'
import type { Viewer } from './usePreview.js'

export interface AnswerProblem {
  readonly message: string
  /** Whether another person could answer. */
  readonly otherPerson: boolean
}

interface AnswerSectionProps {
  label: string
  viewer: Viewer
  problem: AnswerProblem | null
  /** The buttons to answer with. */
  children: ComponentChildren
}

/** What the viewer can answer, and as whom they do it. */
export function AnswerSection({ label, viewer, problem, children }: AnswerSectionProps) {
  const { invitePage } = words()
  const name = personName(viewer)
  return (
    <section class="invite-answer" aria-label={label}>
      <p class="invite-viewer">
        {invitePage.signedInAs(
          <>
            <strong>{name}</strong>
            {viewer.email && viewer.email !== name && ` (${viewer.email})`}
          </>,
        )}
      </p>
      {problem && <ErrorNotice>{problem.message}</ErrorNotice>}
      {!viewer.email && <NoAddress />}
      {signInProblem.value && <SignInProblem problem={signInProblem.value} />}
      <div class="actions">
        {!problem?.otherPerson && children}
        <button
          type="button"
          class={problem?.otherPerson ? 'button primary large' : 'button ghost large'}
          onClick={changeAccount}
        >
          {invitePage.notYou}
        </button>
      </div>
    </section>
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

function changeAccount(): void {
  if (signInWay.value?.kind === 'openid' && session.value?.kind === 'openid')
    void leaveToSignIn({ otherAccount: true })
  else void signOut()
}
