/** A query tells when it starts and stops. */
export interface Life {
  onStart(): void
  onStop(): void
}

/** The queries of one kind that somebody shows. Two components that ask for the same get the same query. */
export interface Registry<Query> {
  /** @param about what the query depends on, beside the org */
  once(orgId: string | null, about: object, open: (life: Life) => Query): Query
  of(orgId: string | null): Query[]
  all(): Query[]
}

export function registry<Query>(): Registry<Query> {
  const entries = new Map<string, { readonly orgId: string | null; readonly query: Query }>()
  return {
    once(orgId, about, open) {
      const key = JSON.stringify([orgId, about])
      const held = entries.get(key)
      if (held) return held.query
      const entry = {
        orgId,
        query: open({
          onStart() {
            // A component can come back to a query that had stopped.
            if (!entries.has(key)) entries.set(key, entry)
          },
          onStop() {
            if (entries.get(key) === entry) entries.delete(key)
          },
        }),
      }
      entries.set(key, entry)
      return entry.query
    },
    of: (orgId) => [...entries.values()].filter((entry) => entry.orgId === orgId).map(({ query }) => query),
    all: () => [...entries.values()].map(({ query }) => query),
  }
}
