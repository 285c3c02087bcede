import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { Announcements } from '../ui/announce.js'
import { keepFocus } from '../ui/keepFocus.js'
import { LanguageMenu } from '../ui/LanguageMenu.js'
import { ErrorNotice } from '../ui/notices.js'
import { Support } from '../ui/Support.js'
import { ThemeSwitch } from '../ui/theme.js'
import { Wordmark } from '../ui/Wordmark.js'
import { words } from '../words/words.js'
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
  useEffect(keepFocus, [])

  return (
    <div class="invite-page">
      <header class="welcome-head">
        <Wordmark />
        <LanguageMenu />
        <ThemeSwitch />
      </header>
      <main class="invite-main">
        {seen.kind === 'loading' && <p class="lead">{words().invitePage.opening}</p>}
        {seen.kind === 'failed' && (
          <>
            <h1>{words().invitePage.failed}</h1>
            <ErrorNotice>{seen.message}</ErrorNotice>
            <button type="button" class="button primary" onClick={onLookAgain}>
              {words().common.tryAgain}
            </button>
          </>
        )}
        {seen.kind === 'unknown' && unknown}
        {seen.kind === 'seen' && children(seen)}
      </main>
      <Support />
      <Announcements />
    </div>
  )
}
