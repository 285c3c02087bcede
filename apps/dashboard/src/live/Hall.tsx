import { Empty, Refused } from '../ui/Notice.js'
import { Figures } from './figures/Figures.js'
import { Ledger } from './ledger/Ledger.js'
import { OrgHead } from './OrgHead.js'
import { Panels } from './panels/Panels.js'
import { usePlace } from './room.js'

/** One org: its head, its figures, its lists and its ledger. */
export function Hall({ onGone, onLeft }: { onGone(): void; onLeft(words: string): void }) {
  const { room } = usePlace()

  if (room.state.value === 'loading' || (room.state.value === 'failed' && room.problem.value)) {
    return room.problem.value ? <Refused>{room.problem.value}</Refused> : <HallOutline />
  }
  if (room.state.value === 'missing') {
    return (
      <Empty title="This org is out of sight">
        <p>It was deleted, or you are no longer in it.</p>
        <button type="button" class="button" onClick={onGone}>
          See what is left
        </button>
      </Empty>
    )
  }
  return (
    <>
      {room.problem.value && <Refused>{room.problem.value}</Refused>}
      <StreamEnd />
      <OrgHead onLeft={onLeft} />
      <Figures />
      <div class="columns">
        <Panels />
        <Ledger />
      </div>
    </>
  )
}

/** Says in words why nothing moves any more. */
function StreamEnd() {
  const { room } = usePlace()
  const connection = room.connection.value
  if (connection.state !== 'ended' || connection.code !== 'FORBIDDEN') return null
  return (
    <p class="notice ended" role="status">
      The live view ended because you lost the right to it: somebody changed your roles. What you see is what
      your roles still allow.
    </p>
  )
}

function HallOutline() {
  return (
    <div class="outline" role="status">
      <span class="unseen">Loading the org</span>
      <div class="outline-line outline-wide" />
      <div class="outline-line" />
      <div class="outline-block" />
      <div class="outline-block outline-tall" />
    </div>
  )
}
