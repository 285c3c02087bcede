import { computed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { now } from '../api/clock.js'
import { relativeTime } from '../model/time.js'
import { moment } from '../words/format.js'

/** A time relative to now, such as "3 min ago", kept up to date. Its title shows the exact time. */
export function RelativeTime({ at }: { at: string }) {
  const time = Date.parse(at)
  // The text itself is a signal: a list of a hundred is not drawn again each second.
  const text = useMemo(() => computed(() => relativeTime(time, now.value)), [time])
  return (
    <time dateTime={at} title={moment(time)}>
      {text}
    </time>
  )
}
