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
          <EndedInvite preview={preview} />
        )
      }
    </LinkPage>
  )
}

function Unknown() {
  return (
    <>
      <h1>This link opens nothing</h1>
      <p class="lead">
        There is no invite behind it any more. Perhaps a newer e-mail replaced it: then the link in the newest
        one works. Or the link was cut off on its way: open it from the e-mail itself.
      </p>
      <p>If neither helps, ask the person who invited you to send the invite again.</p>
    </>
  )
}
