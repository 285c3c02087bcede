import { now } from '../api/clock.js'
import { relativeTime } from '../model/time.js'
import { moment } from '../words/format.js'

/** A time relative to now, such as "3 min ago", kept up to date. Its title shows the exact time. */
export function RelativeTime({ at }: { at: string }) {
  const time = Date.parse(at)
  return (
    <time dateTime={at} title={moment(time)}>
      {relativeTime(time, now.value)}
    </time>
  )
}
