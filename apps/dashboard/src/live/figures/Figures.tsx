import '../../styles/demo.css'
import { allWords } from '../../words/allWords.js'
import { useOrgContext } from '../orgContext.js'
import { FunnelFigure } from './FunnelFigure.js'
import { InvitesByStatus } from './InvitesByStatus.js'
import { MembersByRole } from './MembersByRole.js'
import { RateFigure } from './RateFigure.js'

/** The org in numbers: the figures that the viewer may see. */
export function Figures() {
  const { store } = useOrgContext()
  const org = store.summary.value
  if (!org) return null
  return (
    <section class="figures" aria-label={allWords().figures.label}>
      {org.owners && <MembersByRole org={org} />}
      {org.inviteCounts && <InvitesByStatus counts={org.inviteCounts} limit={org.limits.pendingInvites} />}
      {org.inviteCounts && <FunnelFigure />}
      {store.events.value && <RateFigure />}
    </section>
  )
}
