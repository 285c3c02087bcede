import { useState } from 'preact/hooks'
import { formatRoles, isLong } from '../model/text.js'
import type { OrgSummary } from '../model/types.js'
import { Icon } from '../ui/icons.js'
import { DeleteOrg } from './dialogs/DeleteOrg.js'
import { InviteDialog } from './dialogs/Invite.js'
import { LeaveOrg } from './dialogs/LeaveOrg.js'
import { OrgProfile } from './dialogs/OrgProfile.js'
import { OrgIllustration } from './OrgIllustration.js'
import { useOrgContext, usePermissions } from './orgContext.js'

const regions: Record<OrgSummary['dataRegion'], string> = {
  US_WEST: 'US West',
  US_EAST: 'US East',
  EU_WEST: 'EU West',
  EU_CENTRAL: 'EU Central',
  AP_SOUTHEAST: 'Asia-Pacific Southeast',
}

/** The org's name, tier and status, and the actions on the org as a whole. */
export function OrgHeader({ onLeft }: { onLeft(message: string): void }) {
  const { store } = useOrgContext()
  const can = usePermissions()
  const [dialog, setDialog] = useState<'invite' | 'profile' | 'leave' | 'delete' | null>(null)
  const org = store.summary.value
  if (!org) return null
  const close = () => setDialog(null)

  return (
    <section class="org-head" aria-labelledby="org-name">
      <div class="org-words">
        {org.logoUrl && <OrgLogo key={org.logoUrl} url={org.logoUrl} />}
        <h1 id="org-name" class={isLong(org.name) ? 'long' : ''}>
          {org.name}
        </h1>
        <p class="org-meta">
          {org.status !== 'ACTIVE' && <span class="tag tag-warn">{org.status.toLowerCase()}</span>}
          {org.limits.seatsUsed >= org.limits.seats && <span class="tag tag-warn">no free seat</span>}
          <span>{org.tier === 'PREMIUM' ? 'Premium' : 'Free'}</span>
          <span>{regions[org.dataRegion]}</span>
          <span>{org.slug}</span>
          {org.viewerOrgUser && <span>You are {formatRoles(org.viewerOrgUser.roles)}</span>}
        </p>
      </div>
      <OrgIllustration members={org.limits.seatsUsed} />
      <div class="actions org-actions">
        {can('INVITE_CREATE') && (
          <button type="button" class="button primary" onClick={() => setDialog('invite')}>
            <Icon name="invite" />
            Invite people
          </button>
        )}
        {can('ORG_UPDATE') && (
          <button type="button" class="button ghost" onClick={() => setDialog('profile')}>
            <Icon name="pen" />
            Edit profile
          </button>
        )}
        {org.viewerOrgUser && (
          <button type="button" class="button ghost" onClick={() => setDialog('leave')}>
            <Icon name="door" />
            Leave
          </button>
        )}
        {can('ORG_DELETE') && (
          <button type="button" class="button ghost" onClick={() => setDialog('delete')}>
            <Icon name="bin" />
            Delete
          </button>
        )}
      </div>
      {dialog === 'invite' && <InviteDialog onClose={close} />}
      {dialog === 'profile' && <OrgProfile org={org} onClose={close} />}
      {dialog === 'leave' && (
        <LeaveOrg name={org.name} onClose={close} onLeft={() => onLeft(`You left ${org.name}`)} />
      )}
      {dialog === 'delete' && (
        <DeleteOrg name={org.name} onClose={close} onDeleted={() => onLeft(`${org.name} is deleted`)} />
      )}
    </section>
  )
}

/** The logo. If it can't be loaded, nothing is shown in its place. */
function OrgLogo({ url }: { url: string }) {
  const [isBroken, setBroken] = useState(false)
  if (isBroken) return null
  return (
    <img class="org-logo" src={url} alt="" referrerpolicy="no-referrer" onError={() => setBroken(true)} />
  )
}
