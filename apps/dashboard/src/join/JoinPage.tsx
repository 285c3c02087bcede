import { LinkPage } from '../invite/LinkPage.js'
import { type LinkPreview, readInviteLink, usePreview } from '../invite/usePreview.js'
import { RelativeTime } from '../ui/RelativeTime.js'
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
  const maker = preview.createdByName ?? 'the person who gave you the link'
  const org = preview.orgName
  switch (preview.status) {
    case 'EXPIRED':
      return (
        <>
          <h1>This link has expired</h1>
          <p class="lead">
            The link to {org} was open until <RelativeTime at={preview.expiresAt} />.
          </p>
          <p>Ask {maker} for a new one.</p>
        </>
      )
    case 'USED_UP':
      return (
        <>
          <h1>This link is used up</h1>
          <p class="lead">As many people as it was for have joined {org} by it.</p>
          <p>Ask {maker} for another one.</p>
        </>
      )
    case 'REVOKED':
    case 'ACTIVE':
      return (
        <>
          <h1>This link was taken back</h1>
          <p class="lead">Nobody can join {org} by it any more.</p>
          <p>If you think that's a mistake, ask {maker}.</p>
        </>
      )
  }
}

function Unknown() {
  return (
    <>
      <h1>This link opens nothing</h1>
      <p class="lead">
        There is no org behind it. Perhaps the link was cut off on its way: copy it as a whole. Or the org is
        gone.
      </p>
      <p>If that doesn't help, ask the person who gave you the link for a new one.</p>
    </>
  )
}
