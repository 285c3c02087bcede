import { Announcer } from '../ui/announce.js'
import { ErrorNotice } from '../ui/notices.js'
import { ThemeSwitch } from '../ui/theme.js'
import { Wordmark } from '../ui/Wordmark.js'
import { EndedInvite } from './EndedInvite.js'
import { PendingInvite } from './PendingInvite.js'
import { usePreview } from './usePreview.js'

export function InvitePage({ token }: { token: string }) {
  const [seen, lookAgain] = usePreview(token)
  return (
    <div class="invite-page">
      <header class="welcome-head">
        <Wordmark />
        <ThemeSwitch />
      </header>
      <main class="invite-main">
        {seen.kind === 'loading' && <p class="lead">Opening your invite…</p>}
        {seen.kind === 'failed' && (
          <>
            <h1>Your invite could not be opened</h1>
            <ErrorNotice>{seen.message}</ErrorNotice>
            <button type="button" class="button primary" onClick={lookAgain}>
              Try again
            </button>
          </>
        )}
        {seen.kind === 'unknown' && <Unknown />}
        {seen.kind === 'seen' && seen.preview.status === 'PENDING' && (
          <PendingInvite
            token={token}
            preview={seen.preview}
            viewer={seen.viewer}
            signedOut={seen.signedOut}
            onStale={lookAgain}
          />
        )}
        {seen.kind === 'seen' && seen.preview.status !== 'PENDING' && <EndedInvite preview={seen.preview} />}
      </main>
      <Announcer />
    </div>
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
