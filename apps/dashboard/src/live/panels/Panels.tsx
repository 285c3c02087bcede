import { useState } from 'preact/hooks'
import { type Tab, Tabs } from '../../ui/Tabs.js'
import { useMay, usePlace } from '../room.js'
import { ApiTokens } from './ApiTokens.js'
import { EmailDomains } from './EmailDomains.js'
import { InvitesTable } from './InvitesTable.js'
import { MembersTable } from './MembersTable.js'

type Key = 'invites' | 'members' | 'domains' | 'tokens'

/** The org's lists, as many as the viewer may read. */
export function Panels() {
  const { room } = usePlace()
  const may = useMay()
  const [wanted, want] = useState<Key>('invites')
  const org = room.glance.value
  if (!org) return null
  const counts = org.inviteCounts
  const total = counts && counts.pending + counts.accepted + counts.declined + counts.revoked + counts.expired

  const tabs: Tab<Key>[] = []
  if (may('INVITE_READ')) tabs.push({ key: 'invites', name: 'Invites', count: total ?? undefined })
  if (may('MEMBER_READ')) tabs.push({ key: 'members', name: 'Members', count: org.limits.seatsUsed })
  if (may('EMAIL_DOMAIN_READ')) tabs.push({ key: 'domains', name: 'E-mail domains' })
  if (may('API_TOKEN_READ')) tabs.push({ key: 'tokens', name: 'API tokens' })
  const chosen = tabs.find((tab) => tab.key === wanted)?.key ?? tabs[0]?.key
  if (!chosen) return null

  return (
    <section class="panels" aria-label="Lists">
      <Tabs label="Lists" tabs={tabs} chosen={chosen} onChoose={want}>
        {chosen === 'invites' && <InvitesTable />}
        {chosen === 'members' && <MembersTable />}
        {chosen === 'domains' && <EmailDomains />}
        {chosen === 'tokens' && <ApiTokens />}
      </Tabs>
      {!may('EVENT_READ') && (
        <p class="panels-note">
          {may('INVITE_READ') ? 'The history is' : 'Invites and the history are'} for those who run the org:
          your roles do not include reading them.
        </p>
      )}
    </section>
  )
}
