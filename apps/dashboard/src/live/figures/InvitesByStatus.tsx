import type { OrgSummary } from '../../model/types.js'
import { allWords } from '../../words/allWords.js'
import { number } from '../../words/format.js'
import { Figure } from './Figure.js'

const order = ['PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED'] as const

type Counts = NonNullable<OrgSummary['inviteCounts']>

export function InvitesByStatus({ counts, limit }: { counts: Counts; limit: number }) {
  const { figures, invites } = allWords()
  const parts = order.map((status) => ({ status, count: counts[lower(status)] }))
  const total = parts.reduce((sum, part) => sum + part.count, 0)
  let from = 0
  return (
    <Figure title={figures.invitesByStatus} value={number(counts.pending)} unit={figures.pendingOf(limit)}>
      <svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {total === 0 && <rect class="fill-none" width="100" height="10" />}
        {parts.map(({ status, count }) => {
          const x = from
          const width = total === 0 ? 0 : (count / total) * 100
          from += width
          return <rect key={status} class={`fill-${lower(status)}`} x={x} width={width} height="10" />
        })}
      </svg>
      <dl class="legend">
        {parts.map(({ status, count }) => (
          <div key={status}>
            <dt>
              <span class={`swatch swatch-${lower(status)}`} aria-hidden="true" />
              {invites.status[status]}
            </dt>
            <dd>{number(count)}</dd>
          </div>
        ))}
      </dl>
    </Figure>
  )
}

function lower<S extends string>(status: S): Lowercase<S> {
  return status.toLowerCase() as Lowercase<S>
}
