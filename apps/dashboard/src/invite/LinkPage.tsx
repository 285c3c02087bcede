import type { ComponentChildren } from 'preact'
import { Announcer } from '../ui/announce.js'
import { ErrorNotice } from '../ui/notices.js'
import { ThemeSwitch } from '../ui/theme.js'
import { Wordmark } from '../ui/Wordmark.js'
import type { Seen } from './usePreview.js'

interface LinkPageProps<Preview> {
  seen: Seen<Preview>
  onLookAgain(): void
  /** Shown if the token leads nowhere. */
  unknown: ComponentChildren
  children(seen: Extract<Seen<Preview>, { kind: 'seen' }>): ComponentChildren
}

/** The frame of the pages that a link in a mail or a chat opens. */
export function LinkPage<Preview>({ seen, onLookAgain, unknown, children }: LinkPageProps<Preview>) {
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
            <button type="button" class="button primary" onClick={onLookAgain}>
              Try again
            </button>
          </>
        )}
        {seen.kind === 'unknown' && unknown}
        {seen.kind === 'seen' && children(seen)}
      </main>
      <Announcer />
    </div>
  )
}
