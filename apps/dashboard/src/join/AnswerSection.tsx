import type { ComponentChildren } from 'preact'
import { changeAccount } from '../api/signIn.js'
import { AccountProblem } from '../invite/InviteeSignIn.js'
import { personName } from '../model/text.js'
import { ErrorNotice } from '../ui/notices.js'
import { words } from '../words/words.js'
import type { Viewer } from './useLinkPreview.js'

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
      <AccountProblem email={viewer.email} />
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
