import { useState } from 'preact/hooks'
import { type Tab, Tabs } from '../../ui/Tabs.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { ApiTokens } from './ApiTokens.js'
import { AppRoles } from './AppRoles.js'
import { EmailDomains } from './EmailDomains.js'
import { InviteLinks } from './InviteLinks.js'
import { InvitesTable } from './InvitesTable.js'
import { MembersTable } from './MembersTable.js'

type Key = 'invites' | 'links' | 'members' | 'appRoles' | 'domains' | 'tokens'

/** The org's lists that the viewer may read. */
export function Panels() {
  const { store } = useOrgContext()
  const can = usePermissions()
  const [wanted, want] = useState<Key>('invites')
  const [appRoleId, setAppRoleId] = useState<string | null>(null)
  const org = store.summary.value
  if (!org) return null
  const counts = org.inviteCounts
  const total = counts && counts.pending + counts.accepted + counts.declined + counts.revoked + counts.expired

  const tabs: Tab<Key>[] = []
  if (can('INVITE_READ')) tabs.push({ key: 'invites', name: 'Invites', count: total ?? undefined })
  if (can('INVITE_READ')) tabs.push({ key: 'links', name: 'Links' })
  if (can('MEMBER_READ')) tabs.push({ key: 'members', name: 'Members', count: org.limits.seatsUsed })
  if (can('MEMBER_READ') && store.appRoles.value.length > 0)
    tabs.push({ key: 'appRoles', name: 'Product roles' })
  if (can('EMAIL_DOMAIN_READ')) tabs.push({ key: 'domains', name: 'E-mail domains' })
  if (can('API_TOKEN_READ')) tabs.push({ key: 'tokens', name: 'API tokens' })
  const chosen = tabs.find((tab) => tab.key === wanted)?.key ?? tabs[0]?.key
  if (!chosen) return null

  return (
    <section class="panels" aria-label="Lists">
      <Tabs label="Lists" tabs={tabs} chosen={chosen} onChoose={want}>
        {chosen === 'invites' && <InvitesTable />}
        {chosen === 'links' && <InviteLinks />}
        {chosen === 'members' && <MembersTable appRoleId={appRoleId} onAppRole={setAppRoleId} />}
        {chosen === 'appRoles' && (
          <AppRoles
            onShowMembers={({ id }) => {
              setAppRoleId(id)
              want('members')
            }}
          />
        )}
        {chosen === 'domains' && <EmailDomains />}
        {chosen === 'tokens' && <ApiTokens />}
      </Tabs>
      {!can('EVENT_READ') && (
        <p class="panels-note">
          {can('INVITE_READ') ? 'The history is' : 'Invites and the history are'} for those who run the org:
          your roles do not include reading them.
        </p>
      )}
    </section>
  )
}
