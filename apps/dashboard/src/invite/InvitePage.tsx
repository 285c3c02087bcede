import { words } from '../words/words.js'
import { EndedInvite } from './EndedInvite.js'
import { LinkPage } from './LinkPage.js'
import { PendingInvite } from './PendingInvite.js'
import { readInvite, usePreview } from './usePreview.js'

export function InvitePage({ token }: { token: string }) {
  const [seen, lookAgain] = usePreview(token, readInvite)
  return (
    <LinkPage seen={seen} onLookAgain={lookAgain} unknown={<Unknown />}>
      {({ preview, viewer, signedOut }) =>
        preview.status === 'PENDING' ? (
          <PendingInvite
            token={token}
            preview={preview}
            viewer={viewer}
            signedOut={signedOut}
            onStale={lookAgain}
          />
        ) : (
          <EndedInvite token={token} preview={preview} viewer={viewer} />
        )
      }
    </LinkPage>
  )
}

function Unknown() {
  const { invitePage } = words()
  return (
    <>
      <h1>{invitePage.unknown}</h1>
      <p class="lead">{invitePage.unknownBody}</p>
      <p>{invitePage.unknownNext}</p>
    </>
  )
}
