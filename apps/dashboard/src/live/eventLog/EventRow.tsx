import { h } from 'preact'
import type { Entry } from '../../model/entries.js'
import { describeEvent, type EventTone, eventTone, type Sentence } from '../../model/text.js'
import { Icon, type IconName } from '../../ui/icons.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { words } from '../../words/words.js'
import type { ReceivedEvent } from '../state/orgStore.js'

const signs: Record<EventTone, IconName> = {
  asked: 'invite',
  good: 'check',
  bad: 'cross',
  ended: 'clock',
  mail: 'mail',
  member: 'person',
  org: 'house',
}

interface EventRowProps {
  entry: Entry<ReceivedEvent>
  replayLength: number
}

export function EventRow({ entry: { event, sent }, replayLength }: EventRowProps) {
  const tone = eventTone(event)
  return (
    <>
      {replayLength > 0 && <li class="event-replay">{words().events.replayed(replayLength)}</li>}
      <li class={`event-row event-${event.receivedBy}`} value={event.seq}>
        <span class="event-seq">{event.seq}</span>
        <span class={`event-icon tone-${tone}`}>
          <Icon name={signs[tone]} />
        </span>
        <Text sentence={describeEvent(event)} />
        <span class="event-time">
          <RelativeTime at={event.occurredAt} />
        </span>
        {sent && (
          <>
            <span class="event-seq">{sent.seq}</span>
            <span class="event-sent">{words().invites.delivery.SENT}</span>
          </>
        )}
      </li>
    </>
  )
}

function Text({ sentence }: { sentence: Sentence }) {
  // Passed as arguments, not as a list: the pieces have nothing to use as a key.
  const pieces = sentence.map((piece) =>
    typeof piece === 'string' ? piece : h('strong', null, piece.strong),
  )
  return h('span', { class: 'event-text' }, ...pieces)
}
