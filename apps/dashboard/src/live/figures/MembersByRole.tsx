import type { OrgSummary } from '../../model/types.js'
import { Bars, Figure } from './Figure.js'

/** A member may hold several roles, so the bars may add up to more than the members. */
export function MembersByRole({ org }: { org: OrgSummary }) {
  return (
    <Figure
      title="Members by role"
      value={org.limits.seatsUsed.toLocaleString()}
      unit={`of ${org.limits.seats.toLocaleString()} seats`}
    >
      <Bars
        rows={[
          { key: 'owner', name: 'Owner', count: org.owners?.totalCount ?? 0 },
          { key: 'admin', name: 'Admin', count: org.admins?.totalCount ?? 0 },
          { key: 'user', name: 'User', count: org.plainUsers?.totalCount ?? 0 },
        ]}
      />
    </Figure>
  )
}
