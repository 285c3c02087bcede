import { LinkPage } from '../invite/LinkPage.js'
import { ErrorNotice } from '../ui/notices.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import { words } from '../words/words.js'
import { JoinOrg } from './JoinOrg.js'
import { type LinkPreview, useLinkPreview } from './useLinkPreview.js'

/** The page of an invite link, by which many can join an org. */
export function JoinPage({ token }: { token: string }) {
  return (
    <LinkPage>
      <Link token={token} />
    </LinkPage>
  )
}

function Link({ token }: { token: string }) {
  const [seen, lookAgain] = useLinkPreview(token)
  const { common, invitePage } = words()
  switch (seen.kind) {
    case 'loading':
      return <p class="lead">{invitePage.opening}</p>
    case 'failed':
      return (
        <>
          <h1>{invitePage.failed}</h1>
          <ErrorNotice>{seen.message}</ErrorNotice>
          <button type="button" class="button primary" onClick={lookAgain}>
            {common.tryAgain}
          </button>
        </>
      )
    case 'unknown':
      return <Unknown />
    case 'seen':
      return seen.preview.status === 'ACTIVE' ? (
        <JoinOrg token={token} {...seen} onStale={lookAgain} />
      ) : (
        <EndedLink preview={seen.preview} />
      )
  }
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
