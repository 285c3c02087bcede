import type { OrgSummary } from '../../model/types.js'
import { allWords } from '../../words/allWords.js'
import { number } from '../../words/format.js'
import { Bars, Figure } from './Figure.js'

/** A member may hold several roles, so the bars may add up to more than the members. */
export function MembersByRole({ org }: { org: OrgSummary }) {
  const { figures, roles } = allWords()
  return (
    <Figure
      title={figures.membersByRole}
      value={number(org.limits.seatsUsed)}
      unit={figures.ofSeats(org.limits.seats)}
    >
      <Bars
        rows={[
          { key: 'owner', name: roles.name.OWNER, count: org.owners?.totalCount ?? 0 },
          { key: 'admin', name: roles.name.ADMIN, count: org.admins?.totalCount ?? 0 },
          { key: 'user', name: roles.name.USER, count: org.plainUsers?.totalCount ?? 0 },
        ]}
      />
    </Figure>
  )
}
