import { useEffect, useRef } from 'preact/hooks'
import { words } from '../../words/words.js'
import type { ChosenRows } from './useChosenRows.js'

const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }

interface RowChoiceProps<Row> {
  chosen: ChosenRows<Row>
  row: Row
  name: string
}

export function RowChoice<Row extends { readonly id: string }>(props: RowChoiceProps<Row>) {
  return (
    <td class="cell-choice">
      <ChoiceBox {...props} />
    </td>
  )
}

/** The checkbox of a row. Shift chooses a range; the arrow keys move between the rows' checkboxes. */
export function ChoiceBox<Row extends { readonly id: string }>({ chosen, row, name }: RowChoiceProps<Row>) {
  return (
    <input
      type="checkbox"
      data-row-choice
      aria-label={words().lists.choose(name)}
      checked={chosen.rows.has(row.id)}
      onClick={(event) => chosen.toggle(row, event.shiftKey)}
      onKeyDown={(event) => {
        const step = steps[event.key]
        if (step === undefined) return
        event.preventDefault()
        const all = [
          ...(event.currentTarget.closest('table')?.querySelectorAll<HTMLElement>('[data-row-choice]') ?? []),
        ]
        all[all.indexOf(event.currentTarget) + step]?.focus()
      }}
    />
  )
}

/** The checkbox above the rows. */
export function PageChoice<Row>({ chosen }: { chosen: ChosenRows<Row> }) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = chosen.onPage === 'some'
  }, [chosen.onPage])
  return (
    <input
      ref={box}
      type="checkbox"
      aria-label={words().lists.choosePage}
      checked={chosen.onPage === 'all'}
      onClick={chosen.togglePage}
    />
  )
}
