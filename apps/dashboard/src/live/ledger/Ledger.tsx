import { useState } from 'preact/hooks'
import { errorInWords } from '../../api/apiError.js'
import { Empty, Refused } from '../../ui/Notice.js'
import { usePlace } from '../room.js'
import type { Entry } from '../state/orgRoom.js'
import { LedgerRow } from './LedgerRow.js'
import { useAnnouncedEvents } from './useAnnouncedEvents.js'

type Kind = 'all' | 'OrgInviteEvent' | 'OrgUserEvent' | 'OrgChangeEvent'

const kinds: Array<[Kind, string]> = [
  ['all', 'Everything'],
  ['OrgInviteEvent', 'Invites'],
  ['OrgUserEvent', 'Members'],
  ['OrgChangeEvent', 'Org'],
]
const FIRST_SHOWN = 60

/** The org's history, newest first, each entry under its number. */
export function Ledger() {
  const { room } = usePlace()
  const [kind, setKind] = useState<Kind>('all')
  const [shown, setShown] = useState(FIRST_SHOWN)
  const [problem, setProblem] = useState<string | null>(null)
  useAnnouncedEvents(room)
  const events = room.events.value
  if (!events) return null

  const fitting = events.filter((event) => kind === 'all' || event.__typename === kind).reverse()
  const rows = fitting.slice(0, shown)

  async function older() {
    setShown((count) => count + FIRST_SHOWN)
    if (rows.length + FIRST_SHOWN < fitting.length || !room.hasOlder.value) return
    try {
      setProblem(null)
      await room.loadOlder()
    } catch (error) {
      setProblem(errorInWords(error))
    }
  }

  return (
    <section class="ledger" aria-labelledby="ledger">
      <header class="ledger-head">
        <h2 id="ledger">Ledger</h2>
        <fieldset class="choice">
          <legend class="unseen">Which entries</legend>
          {kinds.map(([value, name]) => (
            <button key={value} type="button" aria-pressed={kind === value} onClick={() => setKind(value)}>
              {name}
            </button>
          ))}
        </fieldset>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="ledger-scroll" tabIndex={0} aria-label="Ledger entries">
        {rows.length === 0 ? (
          <Empty title="Nothing of this kind yet" />
        ) : (
          <ol class="ledger-rows" reversed>
            {rows.map((event, index) => (
              <LedgerRow key={event.seq} event={event} opensReplay={opensReplay(rows, index)} />
            ))}
          </ol>
        )}
        {problem && <Refused>{problem}</Refused>}
        {(room.hasOlder.value || rows.length < fitting.length) && (
          <button type="button" class="button ghost ledger-older" onClick={older}>
            Older entries
          </button>
        )}
      </section>
    </section>
  )
}

/** How many replayed entries begin at this row; 0 where none begin. */
function opensReplay(rows: readonly Entry[], index: number): number {
  if (rows[index]?.how !== 'replayed' || rows[index - 1]?.how === 'replayed') return 0
  const end = rows.findIndex((row, at) => at > index && row.how !== 'replayed')
  return (end === -1 ? rows.length : end) - index
}
