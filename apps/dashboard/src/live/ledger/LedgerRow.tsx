import { h } from 'preact'
import { type EventTone, eventInWords, eventTone, type Sentence } from '../../model/words.js'
import { Icon, type IconName } from '../../ui/icons.js'
import { When } from '../../ui/When.js'
import type { Entry } from '../state/orgRoom.js'

const signs: Record<EventTone, IconName> = {
  asked: 'invite',
  good: 'check',
  bad: 'cross',
  ended: 'clock',
  mail: 'mail',
  member: 'person',
  org: 'hall',
}

export function LedgerRow({ event, opensReplay }: { event: Entry; opensReplay: number }) {
  const tone = eventTone(event)
  return (
    <>
      {opensReplay > 0 && (
        <li class="ledger-replay">
          {opensReplay === 1
            ? 'Missed, and replayed: 1 entry'
            : `Missed, and replayed: ${opensReplay} entries`}
        </li>
      )}
      <li class={`ledger-row ledger-${event.how}`} value={event.seq}>
        <span class="ledger-seq">{event.seq}</span>
        <span class={`ledger-sign tone-${tone}`}>
          <Icon name={signs[tone]} />
        </span>
        <Words sentence={eventInWords(event)} />
        <span class="ledger-when">
          <When at={event.occurredAt} />
        </span>
      </li>
    </>
  )
}

function Words({ sentence }: { sentence: Sentence }) {
  // Spread, because pieces have no identity to be keyed by.
  const pieces = sentence.map((piece) =>
    typeof piece === 'string' ? piece : h('strong', null, piece.strong),
  )
  return h('span', { class: 'ledger-words' }, ...pieces)
}
