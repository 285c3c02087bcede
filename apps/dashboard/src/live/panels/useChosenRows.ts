import { useEffect, useRef, useState } from 'preact/hooks'

export interface ChosenRows<Row> {
  /** By id, on other pages too. */
  readonly rows: ReadonlyMap<string, Row>
  /** Whether all rows of the page are chosen, some, or none. */
  readonly onPage: 'all' | 'some' | 'none'
  /** @param range also every row between this one and the one before: Shift was held */
  toggle(row: Row, range: boolean): void
  togglePage(): void
  keep(ids: ReadonlySet<string>): void
  clear(): void
}

/** The rows of a list that the user has chosen. If `key` (org, filter) changes, none is. */
export function useChosenRows<Row extends { readonly id: string }>(
  key: string,
  page: readonly Row[],
): ChosenRows<Row> {
  const [rows, setRows] = useState<ReadonlyMap<string, Row>>(new Map())
  const anchor = useRef<string | null>(null)

  useEffect(() => {
    anchor.current = null
    setRows((held) => (held.size === 0 ? held : new Map()))
  }, [key])

  const chosenHere = page.filter(({ id }) => rows.has(id)).length
  const change = (changed: readonly Row[], on: boolean) => {
    const next = new Map(rows)
    for (const row of changed) {
      if (on) next.set(row.id, row)
      else next.delete(row.id)
    }
    setRows(next)
  }

  return {
    rows,
    onPage: chosenHere === 0 ? 'none' : chosenHere === page.length ? 'all' : 'some',
    toggle(row, range) {
      const on = !rows.has(row.id)
      const to = page.findIndex(({ id }) => id === row.id)
      const from = range ? page.findIndex(({ id }) => id === anchor.current) : -1
      anchor.current = row.id
      change(from === -1 ? [row] : page.slice(Math.min(from, to), Math.max(from, to) + 1), on)
    },
    togglePage: () => change(page, chosenHere !== page.length),
    keep: (ids) => setRows((held) => new Map([...held].filter(([id]) => ids.has(id)))),
    clear: () => setRows(new Map()),
  }
}
