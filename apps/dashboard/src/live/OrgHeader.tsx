import { useState } from 'preact/hooks'
import { page } from '../api/page.js'
import { asRole, isLong } from '../model/text.js'
import { Icon } from '../ui/icons.js'
import { words } from '../words/words.js'
import { InviteDialog } from './dialogs/Invite.js'
import { useOrgContext, usePermissions } from './orgContext.js'
import { later } from './panels/later.js'
import { SectionLink } from './settings/SectionLink.js'

const OrgIllustration = later<{ members: number }>(
  async () => (await import('./OrgIllustration.js')).OrgIllustration,
)

/** The org's name and its most important numbers, and the ways to invite people and to its settings. */
export function OrgHeader() {
  const { store } = useOrgContext()
  const can = usePermissions()
  const [isInviting, setInviting] = useState(false)
  const org = store.summary.value
  if (!org) return null
  const { seats, seatsUsed, pendingInvitesUsed } = org.limits
  const w = words()

  return (
    <section class="org-head" aria-labelledby="org-name">
      <div class="org-words">
        {org.logoUrl && <OrgLogo key={org.logoUrl} url={org.logoUrl} />}
        <h1 id="org-name" class={isLong(org.name) ? 'long' : ''}>
          {org.name}
        </h1>
        <p class="org-meta">
          {org.status !== 'ACTIVE' && <span class="tag tag-warn">{w.org.status[org.status]}</span>}
          {seatsUsed >= seats && <span class="tag tag-warn">{w.org.noFreeSeat}</span>}
          <span>{w.org.seats(seatsUsed, seats)}</span>
          {can('INVITE_READ') && <span>{w.org.pending(pendingInvitesUsed)}</span>}
          {org.viewerOrgUser && <span>{w.org.youAre(asRole(org.viewerOrgUser.roles))}</span>}
        </p>
      </div>
      {page.isDemo && <OrgIllustration members={seatsUsed} />}
      <div class="actions org-actions">
        {can('INVITE_CREATE') && (
          <button type="button" class="button primary" onClick={() => setInviting(true)}>
            <Icon name="invite" />
            {w.org.invite}
          </button>
        )}
        <SectionLink class="button" orgId={store.orgId} section="general">
          <Icon name="gear" />
          {w.org.settings}
        </SectionLink>
      </div>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
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
