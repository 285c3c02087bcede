import { type Tab, Tabs } from '../../ui/Tabs.js'
import { words } from '../../words/words.js'
import { readAddress, showTab } from '../address.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { InvitesTable } from './InvitesTable.js'
import { later } from './later.js'
import { MembersTable } from './MembersTable.js'

const JoinRequests = later(async () => (await import('./JoinRequests.js')).JoinRequests)

type Key = 'invites' | 'members' | 'requests'

/** The org's people: its invites, members and requests, as far as the viewer may read them. */
export function Panels() {
  const { store } = useOrgContext()
  const can = usePermissions()
  const org = store.summary.value
  if (!org) return null
  const counts = org.inviteCounts
  const total = counts && counts.pending + counts.accepted + counts.declined + counts.revoked + counts.expired

  const w = words().org
  const tabs: Tab<Key>[] = []
  if (can('INVITE_READ')) tabs.push({ key: 'invites', name: w.tabs.invites, count: total ?? undefined })
  if (can('MEMBER_READ')) tabs.push({ key: 'members', name: w.tabs.members, count: org.members?.totalCount })
  if (can('INVITE_READ'))
    tabs.push({ key: 'requests', name: w.tabs.requests, count: org.pendingRequests?.totalCount })
  const chosen = tabs.find((tab) => tab.key === readAddress().get('tab'))?.key ?? tabs[0]?.key
  if (!chosen) return null

  return (
    <section class="panels" aria-label={w.tabs.label}>
      <Tabs label={w.tabs.label} tabs={tabs} chosen={chosen} onChoose={(tab) => showTab(tab)}>
        {chosen === 'invites' && <InvitesTable />}
        {chosen === 'members' && <MembersTable />}
        {chosen === 'requests' && <JoinRequests />}
      </Tabs>
      {!can('EVENT_READ') && (
        <p class="panels-note">{can('INVITE_READ') ? w.restricted : w.restrictedInvites}</p>
      )}
    </section>
  )
}
