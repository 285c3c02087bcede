import { now } from '../api/clock.js'
import { relativeTime } from '../model/time.js'

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** A moment as seen from now, kept up; the exact one on pointing at it. */
export function When({ at }: { at: string }) {
  const time = Date.parse(at)
  return (
    <time dateTime={at} title={exact.format(time)}>
      {relativeTime(time, now.value)}
    </time>
  )
}
