import { useState } from 'preact/hooks'
import { JoinByLinkDocument } from '../../../../operations/generated/graphql.js'
import { mutate } from '../api/mutate.js'
import { session } from '../api/session.js'
import type { LinkPreview, Viewer } from '../invite/usePreview.js'
import { formatRoles, isLong, personName } from '../model/text.js'
import { ErrorNotice } from '../ui/notices.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import { SignIn } from '../ui/SignIn.js'

interface JoinOrgProps {
  token: string
  preview: LinkPreview
  viewer: Viewer | null
  signedOut: boolean
  /** Called when the link changed since it was loaded. */
  onStale(): void
}

/** An active link, with a button to join, or with a sign-in. */
export function JoinOrg({ token, preview, viewer, signedOut, onStale }: JoinOrgProps) {
  const [joinedOrg, setJoinedOrg] = useState<string | null>(null)
  if (joinedOrg !== null) return <Joined preview={preview} orgId={joinedOrg} />
  const domains = preview.emailDomains.join(', ')
  return (
    <>
      <p class="invite-from">
        {preview.createdByName ? <strong>{preview.createdByName}</strong> : 'Somebody'} invites you to
      </p>
      <h1 class={isLong(preview.orgName) ? 'long' : ''}>{preview.orgName}</h1>
      <dl class="invite-details">
        <div>
          <dt>As</dt>
          <dd>{formatRoles(preview.roles)}</dd>
        </div>
        <div>
          <dt>For</dt>
          <dd>{domains === '' ? 'anybody with this link' : `addresses at ${domains}`}</dd>
        </div>
        <div>
          <dt>Runs out</dt>
          <dd>
            <RelativeTime at={preview.expiresAt} />
          </dd>
        </div>
      </dl>
      {viewer ? (
        <Join token={token} domains={domains} viewer={viewer} onJoined={setJoinedOrg} onStale={onStale} />
      ) : (
        <section class="invite-sign-in" aria-labelledby="sign-in">
          <h2 id="sign-in">Sign in to join</h2>
          {signedOut && <ErrorNotice>Your sign-in is no longer accepted. Sign in again.</ErrorNotice>}
          {session.value && !signedOut && (
            <ErrorNotice>An API token can't join an org: sign in as a person.</ErrorNotice>
          )}
          {domains !== '' && <p>The link is for people with a verified address at {domains}.</p>}
          <SignIn asAnybody />
        </section>
      )}
    </>
  )
}

interface JoinProps {
  token: string
  domains: string
  viewer: Viewer
  onJoined(orgId: string): void
  onStale(): void
}

function Join({ token, domains, viewer, onJoined, onStale }: JoinProps) {
  const [problem, setProblem] = useState<{ message: string; otherPerson: boolean } | null>(null)
  const [busy, setBusy] = useState(false)

  async function join() {
    setBusy(true)
    const outcome = await mutate(JoinByLinkDocument, { token }, session.value?.token ?? null)
    setBusy(false)
    if (outcome.kind === 'done') return onJoined(outcome.payload.orgUser.org.id)
    const typename = outcome.kind === 'refused' ? outcome.refusal.__typename : null
    // The link ended meanwhile: load it again.
    if (typename === 'OrgInviteLinkEndedError' || typename === 'NotFoundError') onStale()
    const otherPerson = typename === 'OrgInviteForAnotherUserError'
    setProblem({ message: otherPerson ? foreignAddress(domains, viewer) : outcome.message, otherPerson })
  }

  return (
    <section class="invite-answer" aria-label="Join">
      <p class="invite-viewer">
        You are signed in as <strong>{personName(viewer)}</strong>
        {viewer.email && viewer.email !== personName(viewer) && ` (${viewer.email})`}.
      </p>
      {problem && <ErrorNotice>{problem.message}</ErrorNotice>}
      <div class="actions">
        <button type="button" class="button primary large" disabled={busy} onClick={join}>
          Join
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
    </section>
  )
}

function foreignAddress(domains: string, { email }: Viewer): string {
  return `This link is for addresses at ${domains}, and you are signed in as ${email}.`
}

function Joined({ preview, orgId }: { preview: LinkPreview; orgId: string }) {
  return (
    <div role="status">
      <h1>You are in</h1>
      <p class="lead">
        Welcome to {preview.orgName}. You are {formatRoles(preview.roles)} there now.
      </p>
      <a class="button primary large" href={`/live?${new URLSearchParams({ org: orgId })}`}>
        See {preview.orgName}
      </a>
    </div>
  )
}
