import { useEffect, useState } from 'preact/hooks'
import { now, serverNow } from '../../api/clock.js'
import { type Minute, perMinute } from '../../model/perMinute.js'
import { usePlace } from '../room.js'
import type { OrgRoom } from '../state/orgRoom.js'
import { Figure } from './Figure.js'

const MINUTES = 30
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })

/** Invites made rise from the line, answers hang from it. */
export function RateFigure() {
  const { room } = usePlace()
  const [pointed, setPointed] = useState<number | null>(null)
  const events = room.events.value ?? []
  const oldest = events[0]
  const knownSince = room.hasOlder.value && oldest ? Date.parse(oldest.occurredAt) : Number.NEGATIVE_INFINITY
  useHalfAnHour(room, knownSince)
  const minutes = perMinute(events, now.value, MINUTES, knownSince)
  const known = minutes.filter((minute) => minute.known)
  const invited = known.reduce((sum, minute) => sum + minute.invited, 0)
  const average = known.length === 0 ? 0 : invited / known.length
  const shown = pointed === null ? undefined : minutes[pointed]

  return (
    <Figure
      title="Invites per minute"
      value={invited === 0 || average >= 10 ? Math.round(average) : average.toFixed(1)}
      unit={known.length <= 1 ? 'in this minute' : `a minute, last ${known.length} min`}
    >
      <div>
        <MinuteBars minutes={minutes} onPoint={setPointed} />
        <p class="rate-axis" aria-hidden="true">
          <span>{MINUTES} min ago</span>
          <span>now</span>
        </p>
      </div>
      <p class="figure-note">
        {shown
          ? `${clock.format(shown.start)}: ${inWords(shown)}`
          : `This minute: ${inWords(minutes.at(-1))}`}
      </p>
      <p class="unseen">{`${invited} invites in the last ${known.length} minutes.`}</p>
    </Figure>
  )
}

/** Reads back until the figure is whole, in an org where half an hour is no more than this. */
const PAGES_AT_MOST = 10

function useHalfAnHour(room: OrgRoom, knownSince: number): void {
  const [pages, setPages] = useState(0)

  useEffect(() => {
    if (knownSince < serverNow() - MINUTES * 60_000 || pages >= PAGES_AT_MOST) return
    let current = true
    // What can't be read stays marked as not read.
    room.loadOlder().then(
      () => current && setPages(pages + 1),
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [room, pages])
}

function inWords(minute: Minute | undefined): string {
  if (!minute) return ''
  if (!minute.known) return 'not read'
  return `${minute.invited} invited, ${minute.accepted} accepted, ${minute.declined} declined`
}

const UP = 46
const DOWN = 26

function MinuteBars({
  minutes,
  onPoint,
}: {
  minutes: readonly Minute[]
  onPoint(index: number | null): void
}) {
  const most = Math.max(
    4,
    ...minutes.map((m) => Math.max(m.invited, (m.accepted + m.declined) * (UP / DOWN))),
  )
  const unit = UP / most
  return (
    <svg
      class="rate"
      viewBox={`0 0 ${minutes.length * 10} ${UP + DOWN + 2}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
      onPointerLeave={() => onPoint(null)}
    >
      {minutes.map((minute, index) => {
        const x = index * 10
        const accepted = minute.accepted * unit
        return (
          <g
            key={minute.start}
            class={minute.known ? 'minute' : 'minute unknown'}
            onPointerEnter={() => onPoint(index)}
          >
            <rect class="minute-reach" x={x} width="10" height={UP + DOWN + 2} />
            <rect
              class="minute-bar fill-pending"
              x={x + 1.5}
              y={UP - minute.invited * unit}
              width="7"
              height={minute.invited * unit}
            />
            <rect class="minute-bar fill-accepted" x={x + 1.5} y={UP + 2} width="7" height={accepted} />
            <rect
              class="minute-bar fill-declined"
              x={x + 1.5}
              y={UP + 2 + accepted}
              width="7"
              height={minute.declined * unit}
            />
          </g>
        )
      })}
      <rect class="rate-line" y={UP} width={minutes.length * 10} height="1" />
    </svg>
  )
}
