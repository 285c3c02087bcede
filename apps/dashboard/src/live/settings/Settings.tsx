import '../../styles/settings.css'
import type { FunctionComponent } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { type AllWords, allWords } from '../../words/allWords.js'
import { useOrgContext } from '../orgContext.js'
import { ApiTokens } from '../panels/ApiTokens.js'
import { AppRoles } from '../panels/AppRoles.js'
import { EmailDomains } from '../panels/EmailDomains.js'
import { InviteLinks } from '../panels/InviteLinks.js'
import { Webhooks } from '../panels/Webhooks.js'
import { type Section, shownSection } from './address.js'
import { DangerZone } from './DangerZone.js'
import { General } from './General.js'
import { SectionLink } from './SectionLink.js'
import { useSections } from './sections.js'

const parts: Record<Section, FunctionComponent<{ onLeft(message: string): void }>> = {
  general: General,
  domains: EmailDomains,
  links: InviteLinks,
  roles: AppRoles,
  tokens: ApiTokens,
  webhooks: Webhooks,
  danger: DangerZone,
}

const HEADING = 'settings-section'

/** The settings of the org, one section at a time. Each has an address of its own. */
export function Settings({ onLeft }: { onLeft(message: string): void }) {
  const { store } = useOrgContext()
  const sections = useSections()
  const wanted = shownSection()
  const shown = sections.find((section) => section === wanted) ?? 'general'
  const Part = parts[shown]
  const w = allWords()

  // As after the load of a new page.
  const before = useRef<Section | null>(null)
  useEffect(() => {
    if (before.current !== shown) document.getElementById(HEADING)?.focus({ preventScroll: true })
    before.current = shown
  }, [shown])

  return (
    <div class="settings">
      <p class="settings-back">
        <SectionLink orgId={store.orgId} section={null}>
          <span aria-hidden="true">← </span>
          {store.summary.value?.name}
        </SectionLink>
      </p>
      <h1>{w.org.settings}</h1>
      <div class="settings-columns">
        <nav class="settings-nav" aria-label={w.org.settings}>
          <ul>
            {sections.map((section) => (
              <li key={section}>
                <SectionLink orgId={store.orgId} section={section} isCurrent={section === shown}>
                  {nameOf(section, w)}
                </SectionLink>
              </li>
            ))}
          </ul>
        </nav>
        <section class="settings-section" aria-labelledby={HEADING}>
          <h2 id={HEADING} tabIndex={-1}>
            {nameOf(shown, w)}
          </h2>
          <p class="settings-lead">{w.orgSettings.lead[shown]}</p>
          <Part onLeft={onLeft} />
        </section>
      </div>
    </div>
  )
}

function nameOf(section: Section, { org, orgSettings }: AllWords): string {
  switch (section) {
    case 'general':
      return orgSettings.general
    case 'danger':
      return orgSettings.danger
    case 'roles':
      return org.tabs.appRoles
    default:
      return org.tabs[section]
  }
}
