import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { number } from '../../words/format.js'

export interface FigureProps {
  title: string
  /** The most important number. */
  value: ComponentChildren
  unit?: ComponentChildren
  children: ComponentChildren
}

export function Figure({ title, value, unit, children }: FigureProps) {
  const id = useId()
  return (
    <article class="figure" aria-labelledby={id}>
      <h2 id={id} class="figure-title">
        {title}
      </h2>
      <p class="figure-value">
        <span class="numeral">{value}</span>
        {unit && <span class="figure-unit">{unit}</span>}
      </p>
      {children}
    </article>
  )
}

export interface BarRow {
  key: string
  name: string
  count: number
}

/** A bar chart. The largest count has the full width. */
export function Bars({ rows }: { rows: readonly BarRow[] }) {
  const most = Math.max(1, ...rows.map((row) => row.count))
  return (
    <dl class="bars">
      {rows.map((row) => (
        <div key={row.key} class="bars-row">
          <dt>{row.name}</dt>
          <dd>
            <svg
              class="bars-track"
              viewBox="0 0 100 8"
              preserveAspectRatio="none"
              aria-hidden="true"
              focusable="false"
            >
              <rect
                class={`fill-${row.key}`}
                width={row.count === 0 ? 0 : Math.max(2, (row.count / most) * 100)}
                height="8"
              />
            </svg>
            <span class="bars-count">{number(row.count)}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
