import { useState } from 'preact/hooks'
import { JoinByLinkDocument } from '../../../../operations/generated/graphql.js'
import { mutate } from '../api/mutate.js'
import { session } from '../api/session.js'
import { words } from '../words/words.js'
import { type AnswerProblem, AnswerSection } from './AnswerSection.js'
import { LinkDetails } from './LinkDetails.js'
import { SignInSection } from './SignInSection.js'
import type { LinkPreview, Viewer } from './useLinkPreview.js'
import { YouAreIn } from './YouAreIn.js'

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
  const { orgName, roles } = preview
  if (joinedOrg !== null) return <YouAreIn orgId={joinedOrg} orgName={orgName} roles={roles} />
  const { joinPage } = words()
  const domains = preview.emailDomains
  return (
    <>
      <LinkDetails
        inviterName={preview.createdByName}
        orgName={orgName}
        roles={roles}
        audience={domains.length === 0 ? joinPage.anyone : joinPage.addressesAt(domains)}
        expiresAt={preview.expiresAt}
      />
      {viewer ? (
        <Join token={token} domains={domains} viewer={viewer} onJoined={setJoinedOrg} onStale={onStale} />
      ) : (
        <SignInSection title={joinPage.signInTitle} signedOut={signedOut} tokenProblem={joinPage.needsPerson}>
          {domains.length > 0 && <p>{joinPage.signInWith(domains)}</p>}
        </SignInSection>
      )}
    </>
  )
}

interface JoinProps {
  token: string
  domains: readonly string[]
  viewer: Viewer
  onJoined(orgId: string): void
  onStale(): void
}

function Join({ token, domains, viewer, onJoined, onStale }: JoinProps) {
  const [problem, setProblem] = useState<AnswerProblem | null>(null)
  const [busy, setBusy] = useState(false)
  const { joinPage } = words()
  const otherAddress = joinPage.otherAddress(domains, viewer.email ?? '')

  async function join() {
    setBusy(true)
    const outcome = await mutate(JoinByLinkDocument, { token }, session.value?.token ?? null)
    setBusy(false)
    if (outcome.kind === 'done') return onJoined(outcome.payload.orgUser.org.id)
    const typename = outcome.kind === 'refused' ? outcome.refusal.__typename : null
    // The link ended meanwhile: load it again.
    if (typename === 'OrgInviteLinkEndedError' || typename === 'NotFoundError') onStale()
    const otherPerson = typename === 'OrgInviteForAnotherUserError'
    setProblem({ message: otherPerson ? otherAddress : outcome.message, otherPerson })
  }

  // Told before the answer, as far as it can be known.
  const shown: AnswerProblem | null =
    viewer.email && !isIn(domains, viewer) ? { message: otherAddress, otherPerson: true } : problem

  return (
    <AnswerSection label={joinPage.join} viewer={viewer} problem={shown}>
      <button type="button" class="button primary large" disabled={busy} onClick={join}>
        {joinPage.join}
      </button>
    </AnswerSection>
  )
}

/** Whether a viewer's address is in one of the domains. */
function isIn(domains: readonly string[], viewer: Viewer): boolean {
  const domain = viewer.email?.slice(viewer.email.lastIndexOf('@') + 1).toLowerCase()
  return domains.length === 0 || domains.some((one) => one.toLowerCase() === domain)
}
