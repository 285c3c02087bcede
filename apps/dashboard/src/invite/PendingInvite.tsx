import { useState } from 'preact/hooks'
import { AcceptInviteDocument, DeclineInviteDocument } from '../../../../operations/generated/graphql.js'
import { mutate } from '../api/mutate.js'
import { session } from '../api/session.js'
import { Confirm } from '../ui/Confirm.js'
import { words } from '../words/words.js'
import { type AnswerProblem, AnswerSection } from './AnswerSection.js'
import { InviteDetails } from './InviteDetails.js'
import { SignInSection } from './SignInSection.js'
import type { InvitePreview, Viewer } from './usePreview.js'
import { fits } from './viewerAddress.js'
import { YouAreIn } from './YouAreIn.js'

interface PendingInviteProps {
  token: string
  preview: InvitePreview
  viewer: Viewer | null
  signedOut: boolean
  /** Called when the invite changed since it was loaded. */
  onStale(): void
}

type AnswerGiven = { as: 'accepted'; orgId: string } | { as: 'declined' }

/** A pending invite, with buttons to accept and decline it, or with a sign-in. */
export function PendingInvite({ token, preview, viewer, signedOut, onStale }: PendingInviteProps) {
  const [answered, setAnswered] = useState<AnswerGiven | null>(null)
  const { invitePage } = words()
  if (answered) return <Answered preview={preview} answer={answered} />
  return (
    <>
      <InviteDetails
        inviterName={preview.invitedByName}
        orgName={preview.orgName}
        roles={preview.roles}
        audience={preview.maskedEmail}
        expiresAt={preview.expiresAt}
      />
      {preview.message && (
        <blockquote class="invite-message" dir="auto">
          {preview.message}
        </blockquote>
      )}
      {viewer ? (
        <Answer token={token} preview={preview} viewer={viewer} onAnswered={setAnswered} onStale={onStale} />
      ) : (
        <SignInSection
          title={invitePage.signInTitle}
          signedOut={signedOut}
          tokenProblem={invitePage.needsPerson}
        >
          <p>{invitePage.signInWith(preview.maskedEmail)}</p>
        </SignInSection>
      )}
    </>
  )
}

interface AnswerProps {
  token: string
  preview: InvitePreview
  viewer: Viewer
  onAnswered(answer: AnswerGiven): void
  onStale(): void
}

function Answer({ token, preview, viewer, onAnswered, onStale }: AnswerProps) {
  const [problem, setProblem] = useState<AnswerProblem | null>(null)
  const [busy, setBusy] = useState(false)
  const [declining, setDeclining] = useState(false)
  const { invitePage } = words()
  const bearer = session.value?.token ?? null
  const input = { invite: { token } }

  async function accept() {
    setBusy(true)
    const outcome = await mutate(AcceptInviteDocument, input, bearer)
    setBusy(false)
    if (outcome.kind === 'done') return onAnswered({ as: 'accepted', orgId: outcome.payload.orgUser.org.id })
    refused(outcome.kind === 'refused' ? outcome.refusal.__typename : null, outcome.message)
  }

  async function decline(): Promise<string | null> {
    const outcome = await mutate(DeclineInviteDocument, input, bearer)
    if (outcome.kind !== 'done') return outcome.message
    onAnswered({ as: 'declined' })
    return null
  }

  function refused(typename: string | null, message: string) {
    // Another request was faster, or the invite expired: load it again.
    if (typename === 'OrgInviteNotPendingError' || typename === 'NotFoundError') onStale()
    const otherPerson = typename === 'OrgInviteForAnotherUserError'
    setProblem({
      // If the viewer's address is unknown or unverified, the server's message says why.
      message:
        otherPerson && viewer.email && viewer.emailVerified
          ? invitePage.otherAddress(preview.maskedEmail, viewer.email)
          : message,
      otherPerson,
    })
  }

  // Told before the answer, as far as it can be known.
  const shown: AnswerProblem | null =
    viewer.email && fits(preview, viewer) === 'other'
      ? { message: invitePage.otherAddress(preview.maskedEmail, viewer.email), otherPerson: true }
      : problem

  return (
    <>
      <AnswerSection label={invitePage.yourAnswer} viewer={viewer} problem={shown}>
        <button type="button" class="button primary large" disabled={busy} onClick={accept}>
          {invitePage.accept}
        </button>
        <button type="button" class="button large" disabled={busy} onClick={() => setDeclining(true)}>
          {invitePage.decline}
        </button>
      </AnswerSection>
      {declining && (
        <Confirm
          title={invitePage.declineTitle(preview.orgName)}
          verb={invitePage.decline}
          onClose={() => setDeclining(false)}
          onConfirm={decline}
        >
          <p>{invitePage.declineBody}</p>
        </Confirm>
      )}
    </>
  )
}

function Answered({ preview, answer }: { preview: InvitePreview; answer: AnswerGiven }) {
  const { invitePage } = words()
  if (answer.as === 'declined') {
    return (
      <div role="status">
        <h1>{invitePage.declined}</h1>
        <p class="lead">{invitePage.declinedBody(preview.orgName)}</p>
      </div>
    )
  }
  return <YouAreIn orgId={answer.orgId} orgName={preview.orgName} roles={preview.roles} />
}
