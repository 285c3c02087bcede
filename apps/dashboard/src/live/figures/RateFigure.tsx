import { useEffect, useState } from 'preact/hooks'
import { now, serverNow } from '../../api/clock.js'
import { type Minute, perMinute } from '../../model/perMinute.js'
import { allWords } from '../../words/allWords.js'
import { clock, decimal, fromNow } from '../../words/format.js'
import { useOrgContext } from '../orgContext.js'
import type { OrgStore } from '../state/orgStore.js'
import { Figure } from './Figure.js'

const MINUTES = 30

/** Invites and answers by minute: bars above the line are invites, bars below it are answers. */
export function RateFigure() {
  const { store } = useOrgContext()
  const { figures } = allWords()
  const [pointed, setPointed] = useState<number | null>(null)
  const events = store.events.value ?? []
  const oldest = events[0]
  const knownSince = store.hasOlder.value && oldest ? Date.parse(oldest.occurredAt) : Number.NEGATIVE_INFINITY
  useLastHalfHour(store, knownSince)
  const minutes = perMinute(events, now.value, MINUTES, knownSince)
  const known = minutes.filter((minute) => minute.known)
  const invited = known.reduce((sum, minute) => sum + minute.invited, 0)
  const average = known.length === 0 ? 0 : invited / known.length
  const shown = pointed === null ? undefined : minutes[pointed]

  return (
    <Figure
      title={figures.rate}
      value={average >= 10 ? Math.round(average) : decimal(average)}
      unit={known.length <= 1 ? figures.inThisMinute : figures.aMinute(known.length)}
    >
      <div>
        <MinuteBars minutes={minutes} onPoint={setPointed} />
        <p class="rate-axis" aria-hidden="true">
          <span>{fromNow(-MINUTES, 'minute')}</span>
          <span>{figures.now}</span>
        </p>
      </div>
      <p class="figure-note">
        {shown
          ? figures.atMinute(clock(shown.start), describeMinute(shown))
          : figures.thisMinute(describeMinute(minutes.at(-1)))}
      </p>
      <p class="visually-hidden">{figures.invitesIn(invited, known.length)}</p>
    </Figure>
  )
}

/** At most so many pages of older events are loaded to fill the half hour. */
const MAX_PAGES = 10

function useLastHalfHour(store: OrgStore, knownSince: number): void {
  const [pages, setPages] = useState(0)

  useEffect(() => {
    if (knownSince < serverNow() - MINUTES * 60_000 || pages >= MAX_PAGES) return
    let current = true
    // Minutes that could not be loaded stay marked as unknown.
    store.loadOlder().then(
      () => current && setPages(pages + 1),
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [store, pages])
}

function describeMinute(minute: Minute | undefined): string {
  if (!minute) return ''
  const { figures } = allWords()
  if (!minute.known) return figures.notLoaded
  return figures.minute(minute.invited, minute.accepted, minute.declined)
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
