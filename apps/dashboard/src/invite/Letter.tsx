import { useState } from 'preact/hooks'
import { AcceptInviteDocument, DeclineInviteDocument } from '../../../../operations/generated/graphql.js'
import { act } from '../api/act.js'
import { session } from '../api/session.js'
import { isLong, personName, rolesInWords } from '../model/words.js'
import { Confirm } from '../ui/Confirm.js'
import { Refused } from '../ui/Notice.js'
import { SignIn } from '../ui/SignIn.js'
import { When } from '../ui/When.js'
import type { Preview, Viewer } from './state.js'

interface LetterProps {
  token: string
  preview: Preview
  viewer: Viewer | null
  signedOut: boolean
  /** The invite is no longer what is shown. */
  onStale(): void
}

type Answered = { as: 'accepted'; orgId: string } | { as: 'declined' }

/** An invite that waits for its answer. */
export function Letter({ token, preview, viewer, signedOut, onStale }: LetterProps) {
  const [answered, setAnswered] = useState<Answered | null>(null)
  if (answered) return <Thanks preview={preview} answered={answered} />
  return (
    <>
      <p class="letter-from">
        {preview.invitedByName ? <strong>{preview.invitedByName}</strong> : 'Somebody'} invites you to
      </p>
      <h1 class={isLong(preview.orgName) ? 'long' : ''}>{preview.orgName}</h1>
      <dl class="letter-terms">
        <div>
          <dt>As</dt>
          <dd>{rolesInWords(preview.roles)}</dd>
        </div>
        <div>
          <dt>For</dt>
          <dd>{preview.maskedEmail}</dd>
        </div>
        <div>
          <dt>Runs out</dt>
          <dd>
            <When at={preview.expiresAt} />
          </dd>
        </div>
      </dl>
      {preview.message && (
        <blockquote class="letter-message" dir="auto">
          {preview.message}
        </blockquote>
      )}
      {viewer ? (
        <Answer token={token} preview={preview} viewer={viewer} onAnswered={setAnswered} onStale={onStale} />
      ) : (
        <section class="letter-sign-in" aria-labelledby="sign-in">
          <h2 id="sign-in">Sign in to answer</h2>
          {signedOut && <Refused>Your sign-in is no longer accepted. Sign in again.</Refused>}
          {session.value && !signedOut && (
            <Refused>An API token can't answer an invite: sign in as a person.</Refused>
          )}
          <p>The invite is for {preview.maskedEmail}: only who signs in with that address can answer it.</p>
          <SignIn asAnybody />
        </section>
      )}
    </>
  )
}

interface AnswerProps {
  token: string
  preview: Preview
  viewer: Viewer
  onAnswered(answered: Answered): void
  onStale(): void
}

function Answer({ token, preview, viewer, onAnswered, onStale }: AnswerProps) {
  const [problem, setProblem] = useState<{ words: string; otherPerson: boolean } | null>(null)
  const [busy, setBusy] = useState(false)
  const [declining, setDeclining] = useState(false)
  const bearer = session.value?.token ?? null
  const input = { invite: { token } }

  async function accept() {
    setBusy(true)
    const outcome = await act(AcceptInviteDocument, input, bearer)
    setBusy(false)
    if (outcome.kind === 'done') return onAnswered({ as: 'accepted', orgId: outcome.payload.orgUser.org.id })
    refused(outcome.kind === 'refused' ? outcome.refusal.__typename : null, outcome.words)
  }

  async function decline(): Promise<string | null> {
    const outcome = await act(DeclineInviteDocument, input, bearer)
    if (outcome.kind !== 'done') return outcome.words
    onAnswered({ as: 'declined' })
    return null
  }

  function refused(typename: string | null, words: string) {
    // Somebody was quicker, or time was: show how it stands now.
    if (typename === 'OrgInviteNotPendingError' || typename === 'NotFoundError') onStale()
    const otherPerson = typename === 'OrgInviteForAnotherUserError'
    setProblem({
      // The server says why where the address is unknown, or another account's.
      words:
        otherPerson && viewer.email && viewer.emailVerified
          ? `This invite is for ${preview.maskedEmail}, and you are signed in as ${viewer.email}.`
          : words,
      otherPerson,
    })
  }

  return (
    <section class="letter-answer" aria-label="Your answer">
      <p class="letter-as">
        You are signed in as <strong>{personName(viewer)}</strong>
        {viewer.email && viewer.email !== personName(viewer) && ` (${viewer.email})`}.
      </p>
      {problem && <Refused>{problem.words}</Refused>}
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

function Thanks({ preview, answered }: { preview: Preview; answered: Answered }) {
  if (answered.as === 'declined') {
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
        Welcome to {preview.orgName}. You are {rolesInWords(preview.roles)} there now.
      </p>
      <a class="button primary large" href={`/live?${new URLSearchParams({ org: answered.orgId })}`}>
        See {preview.orgName}
      </a>
    </div>
  )
}
