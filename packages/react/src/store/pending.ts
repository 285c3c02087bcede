/** Changes to rows that are shown before the server has confirmed them. */
export interface Pending<Row extends { readonly id: string }> {
  /** Shows a change to a row; null: the row is gone. The returned function takes the change back. */
  change(id: string, change: (row: Row) => Row | null): () => void
  /** Shows a new row in the lists of an org. */
  insert(orgId: string, row: Row): () => void
  inserted(orgId: string): readonly Row[]
  apply(rows: readonly Row[]): Row[]
  listen(listener: () => void): () => void
}

export function pendingChanges<Row extends { readonly id: string }>(): Pending<Row> {
  const changes = new Set<{ id: string; change(row: Row): Row | null }>()
  const inserts = new Set<{ orgId: string; row: Row }>()
  const listeners = new Set<() => void>()

  function hold<Item>(set: Set<Item>, item: Item): () => void {
    const tell = () => {
      for (const listener of [...listeners]) listener()
    }
    set.add(item)
    tell()
    return () => {
      if (set.delete(item)) tell()
    }
  }

  return {
    change: (id, change) => hold(changes, { id, change }),
    insert: (orgId, row) => hold(inserts, { orgId, row }),
    inserted: (orgId) => [...inserts].filter((insert) => insert.orgId === orgId).map(({ row }) => row),
    apply: (rows) =>
      rows.flatMap((row) => {
        let next: Row | null = row
        for (const { id, change } of changes) if (next && id === row.id) next = change(next)
        return next ? [next] : []
      }),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
