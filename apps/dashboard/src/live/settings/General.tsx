import { OrgProfile } from '@guildhall/react'
import { allWords } from '../../words/allWords.js'
import { day } from '../../words/format.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { OfHost } from './OfHost.js'

const classNames = {
  form: 'settings-form',
  field: 'field',
  error: 'field-error',
  hint: 'field-hint',
  preview: 'logo-preview',
  logo: 'org-logo',
  actions: 'actions',
}

/** The org's profile, and facts about it. */
export function General() {
  const { store } = useOrgContext()
  const can = usePermissions()
  const org = store.summary.value
  if (!org) return null
  const { limits } = org
  const w = allWords()
  const profile: Array<[string, string]> = [
    [w.settings.name, org.name],
    [w.settings.slug, org.slug],
  ]
  const facts: Array<[string, string]> = [
    ...(can('ORG_UPDATE') ? [] : profile),
    [w.orgSettings.created, day(Date.parse(org.createdAt))],
    [w.orgSettings.plan, w.org.tier[org.tier]],
    [w.orgSettings.dataRegion, w.orgSettings.dataRegionOf(w.org.region[org.dataRegion])],
    [w.org.tabs.members, w.org.seats(limits.seatsUsed, limits.seats)],
  ]
  return (
    <>
      {can('ORG_UPDATE') && (
        <OrgProfile
          orgId={store.orgId}
          org={org}
          classNames={classNames}
          onSaved={() => store.refreshSummary()}
          renderEnd={({ isSaved }) => isSaved && <span class="saved">{w.settings.saved}</span>}
        />
      )}
      <section class="settings-part" aria-labelledby="details">
        <h3 id="details">{w.orgSettings.details}</h3>
        <dl class="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {can('ORG_MANAGE') && <OfHost />}
    </>
  )
}
