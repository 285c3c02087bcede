import type { VNode } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** Rows that are drawn in one frame: half a frame's time on a slow machine. */
const STEP = 15

interface GradualRowsProps {
  /** Names the page of the list. Another page is drawn from its first row on. */
  place: string
  rows: readonly VNode[]
}

/**
 * The rows of a table, drawn a few in each frame, so that a page of a hundred doesn't hold up the keyboard. What is on the
 * screen comes first. Meanwhile the list keeps its height, so that nothing below it moves.
 */
export function GradualRows({ place, rows }: GradualRowsProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [drawn, setDrawn] = useState({ place, count: STEP })
  const count = drawn.place === place ? drawn.count : STEP
  const isWhole = count >= rows.length

  // Another page has come: the old one still stands there.
  const frame = body.current?.closest<HTMLElement>('.rows-frame')
  if (frame && drawn.place !== place && !isWhole) frame.style.minHeight = `${frame.offsetHeight}px`

  useLayoutEffect(() => {
    if (isWhole) {
      body.current?.closest<HTMLElement>('.rows-frame')?.style.removeProperty('min-height')
      return
    }
    // Nobody waits for a hidden page, which has no frames.
    if (document.hidden) {
      setDrawn({ place, count: rows.length })
      return
    }
    const next = requestAnimationFrame(() => setDrawn({ place, count: count + STEP }))
    return () => cancelAnimationFrame(next)
  }, [place, count, isWhole, rows.length])

  return <tbody ref={body}>{isWhole ? rows : rows.slice(0, count)}</tbody>
}
