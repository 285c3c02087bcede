import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { words } from '../../words/words.js'
import { PageChoice } from './RowChoice.js'
import type { Bulk } from './useBulk.js'
import type { ChosenRows } from './useChosenRows.js'

interface BulkBarProps<Row> {
  chosen: ChosenRows<Row>
  bulk: Bulk<Row>
  /** Buttons for what can be done to the chosen rows. */
  children: ComponentChildren
}

/** What can be done to the chosen rows, and what became of it. It lies over the end of the list and moves no row. */
export function BulkBar<Row extends { readonly id: string }>({ chosen, bulk, children }: BulkBarProps<Row>) {
  const { lists, common } = words()
  const { job } = bulk
  const bar = useRef<HTMLElement>(null)
  const isOver = job !== null && (job.state === 'done' || job.state === 'stopped')

  // The button that was pressed is gone by then.
  useEffect(() => {
    if (job && document.activeElement === document.body) bar.current?.focus()
  }, [job !== null, isOver])

  if (chosen.rows.size === 0 && !job) return null
  return (
    <section ref={bar} class="bulk" aria-label={lists.selection} tabIndex={-1}>
      {job && (
        <div class="bulk-job" role="status">
          {!isOver && (
            <>
              <progress
                max={job.total}
                value={job.succeeded + job.refused.size}
                aria-label={lists.progressLabel}
              />
              <span>{lists.progress(job.succeeded + job.refused.size, job.total)}</span>
            </>
          )}
          {isOver && (
            <span class="bulk-done">
              {job.state === 'stopped' && `${lists.stopped} `}
              {job.done(job.succeeded)}
            </span>
          )}
          {job.refused.size > 0 && (
            <details open={isOver}>
              <summary>{lists.refused(job.refused.size)}</summary>
              <ul>
                {[...job.refused].map(([id, { name, reason }]) => (
                  <li key={id}>
                    <strong>{name}</strong> {reason}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
      )}
      <div class="actions">
        {job && !isOver && (
          <button type="button" class="button" disabled={job.state === 'stopping'} onClick={bulk.stop}>
            {job.state === 'stopping' ? lists.stopping : lists.stop}
          </button>
        )}
        {(!job || isOver) && (
          <>
            {chosen.rows.size > 0 && (
              <>
                <span class="bulk-count">{lists.chosen(chosen.rows.size)}</span>
                {children}
                <button type="button" class="button ghost" onClick={chosen.clear}>
                  {lists.clear}
                </button>
              </>
            )}
            {job && (
              <button type="button" class="button ghost" onClick={bulk.forget}>
                {common.close}
              </button>
            )}
          </>
        )}
      </div>
    </section>
  )
}

/** On a phone, where the table has no head. */
export function PageChoiceLine<Row>({ chosen }: { chosen: ChosenRows<Row> }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: PageChoice is the control
    <label class="check page-choice">
      <PageChoice chosen={chosen} />
      <span aria-hidden="true">{words().lists.choosePage}</span>
    </label>
  )
}
