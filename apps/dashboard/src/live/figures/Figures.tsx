import { usePlace } from '../room.js'
import { FunnelFigure } from './FunnelFigure.js'
import { InvitesByStatus } from './InvitesByStatus.js'
import { MembersByRole } from './MembersByRole.js'
import { RateFigure } from './RateFigure.js'

/** The org in numbers: as many figures as the viewer's rights give. */
export function Figures() {
  const { room } = usePlace()
  const org = room.glance.value
  if (!org) return null
  return (
    <section class="figures" aria-label="Figures">
      {org.owners && <MembersByRole org={org} />}
      {org.inviteCounts && <InvitesByStatus counts={org.inviteCounts} limit={org.limits.pendingInvites} />}
      {org.inviteCounts && <FunnelFigure />}
      {room.events.value && <RateFigure />}
    </section>
  )
}
