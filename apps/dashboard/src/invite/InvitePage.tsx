import { Announcer } from '../ui/announce.js'
import { Refused } from '../ui/Notice.js'
import { ThemeSwitch } from '../ui/theme.js'
import { Wordmark } from '../ui/Wordmark.js'
import { Ended } from './Ended.js'
import { Letter } from './Letter.js'
import { usePreview } from './state.js'

export function InvitePage({ token }: { token: string }) {
  const [seen, lookAgain] = usePreview(token)
  return (
    <div class="invite-page">
      <header class="welcome-head">
        <Wordmark />
        <ThemeSwitch />
      </header>
      <main class="letter">
        {seen.kind === 'loading' && <p class="lead">Opening your invite…</p>}
        {seen.kind === 'failed' && (
          <>
            <h1>Your invite could not be opened</h1>
            <Refused>{seen.words}</Refused>
            <button type="button" class="button primary" onClick={lookAgain}>
              Try again
            </button>
          </>
        )}
        {seen.kind === 'unknown' && <Unknown />}
        {seen.kind === 'seen' && seen.preview.status === 'PENDING' && (
          <Letter
            token={token}
            preview={seen.preview}
            viewer={seen.viewer}
            signedOut={seen.signedOut}
            onStale={lookAgain}
          />
        )}
        {seen.kind === 'seen' && seen.preview.status !== 'PENDING' && <Ended preview={seen.preview} />}
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
      <p>If neither helps, ask whoever invited you to send the invite again.</p>
    </>
  )
}
