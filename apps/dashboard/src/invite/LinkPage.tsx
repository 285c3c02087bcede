import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { Announcements } from '../ui/announce.js'
import { keepFocus } from '../ui/keepFocus.js'
import { LanguageMenu } from '../ui/LanguageMenu.js'
import { Support } from '../ui/Support.js'
import { ThemeSwitch } from '../ui/theme.js'
import { Wordmark } from '../ui/Wordmark.js'

/** The frame of the pages that a link in a mail or a chat opens. */
export function LinkPage({ children }: { children: ComponentChildren }) {
  useEffect(keepFocus, [])

  return (
    <div class="invite-page">
      <header class="welcome-head">
        <Wordmark />
        <LanguageMenu />
        <ThemeSwitch />
      </header>
      <main class="invite-main">{children}</main>
      <Support />
      <Announcements />
    </div>
  )
}
