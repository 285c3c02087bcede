import { useEffect, useState } from 'preact/hooks'
import { WhoAmIDocument } from '../../../../operations/generated/graphql.js'
import { execute } from '../api/execute.js'
import { session } from '../api/session.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import { words } from '../words/words.js'
import { AskForNewLink } from './AskForNewLink.js'
import type { InvitePreview, Viewer } from './usePreview.js'
import { fits } from './viewerAddress.js'
import { OpenOrg } from './YouAreIn.js'

interface AcceptedInviteProps {
  preview: InvitePreview
  viewer: Viewer | null
}

interface EndedInviteProps extends AcceptedInviteProps {
  token: string
}

/** An invite that can no longer be answered: why, and what the visitor can do. */
export function EndedInvite({ token, preview, viewer }: EndedInviteProps) {
  const { ended } = words().invitePage
  const inviter = preview.invitedByName ?? ended.theInviter
  const org = preview.orgName
  switch (preview.status) {
    case 'EXPIRED':
      return (
        <>
          <h1>{ended.expired}</h1>
          <p class="lead">{ended.expiredBody(org, <RelativeTime at={preview.expiresAt} />)}</p>
          <AskForNewLink token={token} requestedAt={preview.renewalRequestedAt} />
        </>
      )
    case 'REVOKED':
      return (
        <>
          <h1>{ended.revoked}</h1>
          <p class="lead">{ended.revokedBody(org)}</p>
          <p>{ended.revokedNext(inviter)}</p>
        </>
      )
    case 'DECLINED':
      return (
        <>
          <h1>{ended.declined}</h1>
          <p class="lead">{words().invitePage.declinedBody(org)}</p>
          <p>{ended.declinedNext(inviter)}</p>
        </>
      )
    case 'ACCEPTED':
    case 'PENDING':
      return <AcceptedInvite preview={preview} viewer={viewer} />
  }
}

/** The very person who accepted it is told that they are a member, and comes to the org. */
function AcceptedInvite({ preview, viewer }: AcceptedInviteProps) {
  const orgId = useJoinedOrg(preview, viewer)
  const { invitePage } = words()
  const { ended } = invitePage
  if (orgId !== null)
    return (
      <>
        <h1>{ended.alreadyIn(preview.orgName)}</h1>
        <p class="lead">{ended.alreadyInBody}</p>
        <OpenOrg orgId={orgId} orgName={preview.orgName} />
      </>
    )
  return (
    <>
      <h1>{ended.accepted}</h1>
      <p class="lead">{ended.acceptedBody(preview.orgName)}</p>
      {session.value && (
        <a class="button primary large" href="/live">
          {invitePage.yourOrgs}
        </a>
      )}
    </>
  )
}

/** The viewer's own org of this name, if the invite's address fits theirs. Null if there is none, or not yet known. */
function useJoinedOrg(preview: InvitePreview, viewer: Viewer | null): string | null {
  const [orgId, setOrgId] = useState<string | null>(null)
  const bearer = session.value?.token ?? null
  const isPossible = viewer !== null && fits(preview, viewer) === 'maybe'

  useEffect(() => {
    setOrgId(null)
    if (!isPossible) return
    const abort = new AbortController()
    execute(WhoAmIDocument, {}, bearer, abort.signal).then(
      ({ orgs }) => setOrgId(orgs.nodes.find((org) => org.name === preview.orgName)?.id ?? null),
      // The page says the same in other words.
      () => undefined,
    )
    return () => abort.abort()
  }, [isPossible, bearer, preview.orgName])

  return orgId
}
