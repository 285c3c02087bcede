import { useState } from 'preact/hooks'
import { AcceptInviteDocument, DeclineInviteDocument } from '../../../../operations/generated/graphql.js'
import { mutate } from '../api/mutate.js'
import { session } from '../api/session.js'
import { formatRoles, isLong, personName } from '../model/text.js'
import { Confirm } from '../ui/Confirm.js'
import { ErrorNotice } from '../ui/notices.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import { SignIn } from '../ui/SignIn.js'
import type { InvitePreview, Viewer } from './usePreview.js'

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
  if (answered) return <Answered preview={preview} answer={answered} />
  return (
    <>
      <p class="invite-from">
        {preview.invitedByName ? <strong>{preview.invitedByName}</strong> : 'Somebody'} invites you to
      </p>
      <h1 class={isLong(preview.orgName) ? 'long' : ''}>{preview.orgName}</h1>
      <dl class="invite-details">
        <div>
          <dt>As</dt>
          <dd>{formatRoles(preview.roles)}</dd>
        </div>
        <div>
          <dt>For</dt>
          <dd>{preview.maskedEmail}</dd>
        </div>
        <div>
          <dt>Runs out</dt>
          <dd>
            <RelativeTime at={preview.expiresAt} />
          </dd>
        </div>
      </dl>
      {preview.message && (
        <blockquote class="invite-message" dir="auto">
          {preview.message}
        </blockquote>
      )}
      {viewer ? (
        <Answer token={token} preview={preview} viewer={viewer} onAnswered={setAnswered} onStale={onStale} />
      ) : (
        <section class="invite-sign-in" aria-labelledby="sign-in">
          <h2 id="sign-in">Sign in to answer</h2>
          {signedOut && <ErrorNotice>Your sign-in is no longer accepted. Sign in again.</ErrorNotice>}
          {session.value && !signedOut && (
            <ErrorNotice>An API token can't answer an invite: sign in as a person.</ErrorNotice>
          )}
          <p>The invite is for {preview.maskedEmail}: only the person with that address can answer it.</p>
          <SignIn asAnybody />
        </section>
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
  const [problem, setProblem] = useState<{ message: string; otherPerson: boolean } | null>(null)
  const [busy, setBusy] = useState(false)
  const [declining, setDeclining] = useState(false)
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
          ? `This invite is for ${preview.maskedEmail}, and you are signed in as ${viewer.email}.`
          : message,
      otherPerson,
    })
  }

  return (
    <section class="invite-answer" aria-label="Your answer">
      <p class="invite-viewer">
        You are signed in as <strong>{personName(viewer)}</strong>
        {viewer.email && viewer.email !== personName(viewer) && ` (${viewer.email})`}.
      </p>
      {problem && <ErrorNotice>{problem.message}</ErrorNotice>}
      <div class="actions">
        <button type="button" class="button primary large" disabled={busy} onClick={accept}>
          Accept
        </button>
        <button type="button" class="button large" disabled={busy} onClick={() => setDeclining(true)}>
          Decline
        </button>
        <button
          type="button"
          class={problem?.otherPerson ? 'button large' : 'button ghost large'}
          onClick={() => {
            session.value = null
          }}
        >
          Not you?
        </button>
      </div>
      {declining && (
        <Confirm
          title={`Decline the invite to ${preview.orgName}?`}
          verb="Decline"
          onClose={() => setDeclining(false)}
          onConfirm={decline}
        >
          <p>The link stops working. They can invite you again.</p>
        </Confirm>
      )}
    </section>
  )
}

function Answered({ preview, answer }: { preview: InvitePreview; answer: AnswerGiven }) {
  if (answer.as === 'declined') {
    return (
      <div role="status">
        <h1>Declined</h1>
        <p class="lead">You said no to {preview.orgName}. Nothing more will come of this invite.</p>
      </div>
    )
  }
  return (
    <div role="status">
      <h1>You are in</h1>
      <p class="lead">
        Welcome to {preview.orgName}. You are {formatRoles(preview.roles)} there now.
      </p>
      <a class="button primary large" href={`/live?${new URLSearchParams({ org: answer.orgId })}`}>
        See {preview.orgName}
      </a>
    </div>
  )
}
