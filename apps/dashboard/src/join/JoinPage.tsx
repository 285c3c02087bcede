import { LinkPage } from '../invite/LinkPage.js'
import { type LinkPreview, readInviteLink, usePreview } from '../invite/usePreview.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import { words } from '../words/words.js'
import { JoinOrg } from './JoinOrg.js'

/** The page of an invite link, by which many can join an org. */
export function JoinPage({ token }: { token: string }) {
  const [seen, lookAgain] = usePreview(token, readInviteLink)
  return (
    <LinkPage seen={seen} onLookAgain={lookAgain} unknown={<Unknown />}>
      {({ preview, viewer, signedOut }) =>
        preview.status === 'ACTIVE' ? (
          <JoinOrg
            token={token}
            preview={preview}
            viewer={viewer}
            signedOut={signedOut}
            onStale={lookAgain}
          />
        ) : (
          <EndedLink preview={preview} />
        )
      }
    </LinkPage>
  )
}

/** A link by which nobody can join any more: why, and what the visitor can do. */
function EndedLink({ preview }: { preview: LinkPreview }) {
  const { ended } = words().joinPage
  const maker = preview.createdByName ?? ended.theMaker
  const org = preview.orgName
  switch (preview.status) {
    case 'EXPIRED':
      return (
        <>
          <h1>{ended.expired}</h1>
          <p class="lead">{ended.expiredBody(org, <RelativeTime at={preview.expiresAt} />)}</p>
          <p>{ended.next(maker)}</p>
        </>
      )
    case 'USED_UP':
      return (
        <>
          <h1>{ended.usedUp}</h1>
          <p class="lead">{ended.usedUpBody(org)}</p>
          <p>{ended.next(maker)}</p>
        </>
      )
    case 'REVOKED':
    case 'ACTIVE':
      return (
        <>
          <h1>{ended.revoked}</h1>
          <p class="lead">{ended.revokedBody(org)}</p>
          <p>{ended.revokedNext(maker)}</p>
        </>
      )
  }
}

function Unknown() {
  const { joinPage } = words()
  return (
    <>
      <h1>{joinPage.unknown}</h1>
      <p class="lead">{joinPage.unknownBody}</p>
      <p>{joinPage.unknownNext}</p>
    </>
  )
}
