import { useState } from 'preact/hooks'
import { errorMessage } from '../../api/apiError.js'
import { type Entry, entriesOf } from '../../model/entries.js'
import { EmptyState, ErrorNotice } from '../../ui/notices.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import type { ReceivedEvent } from '../state/orgStore.js'
import { EventRow } from './EventRow.js'

type Kind = 'all' | ReceivedEvent['__typename']

const kinds: readonly Kind[] = [
  'all',
  'OrgInviteEvent',
  'OrgJoinRequestEvent',
  'OrgUserEvent',
  'OrgChangeEvent',
]
const FIRST_SHOWN = 60

/** The org's history, newest first, each event with its number. */
export function EventLog() {
  const { store } = useOrgContext()
  const w = words().events
  const [kind, setKind] = useState<Kind>('all')
  const [shown, setShown] = useState(FIRST_SHOWN)
  const [problem, setProblem] = useState<string | null>(null)
  const events = store.events.value
  if (!events) return null

  const matching = entriesOf(events.filter((event) => kind === 'all' || event.__typename === kind)).reverse()
  const rows = matching.slice(0, shown)

  async function older() {
    setShown((count) => count + FIRST_SHOWN)
    if (rows.length + FIRST_SHOWN < matching.length || !store.hasOlder.value) return
    try {
      setProblem(null)
      await store.loadOlder()
    } catch (error) {
      setProblem(errorMessage(error))
    }
  }

  return (
    <section class="event-log" aria-labelledby="event-log">
      <header class="event-log-head">
        <h2 id="event-log">{w.title}</h2>
        <fieldset class="choice">
          <legend class="visually-hidden">{w.filter}</legend>
          {kinds.map((value) => (
            <button key={value} type="button" aria-pressed={kind === value} onClick={() => setKind(value)}>
              {w.kinds[value]}
            </button>
          ))}
        </fieldset>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="event-log-scroll" tabIndex={0} aria-label={w.label}>
        {rows.length === 0 ? (
          <EmptyState title={w.empty} />
        ) : (
          <ol class="event-rows" reversed>
            {rows.map((entry, index) => (
              <EventRow key={entry.event.seq} entry={entry} replayLength={replayStartingAt(rows, index)} />
            ))}
          </ol>
        )}
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
        {(store.hasOlder.value || rows.length < matching.length) && (
          <button type="button" class="button ghost event-log-older" onClick={older}>
            {w.older}
          </button>
        )}
      </section>
    </section>
  )
}

/** The number of replayed entries in the group that starts at this row; 0 if none starts here. */
function replayStartingAt(rows: readonly Entry<ReceivedEvent>[], index: number): number {
  const isReplayed = (row: Entry<ReceivedEvent> | undefined) => row?.event.receivedBy === 'replayed'
  if (!isReplayed(rows[index]) || isReplayed(rows[index - 1])) return 0
  const end = rows.findIndex((row, at) => at > index && !isReplayed(row))
  return (end === -1 ? rows.length : end) - index
}
