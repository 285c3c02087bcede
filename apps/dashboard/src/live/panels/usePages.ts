import { useEffect, useState } from 'preact/hooks'
import { errorMessage } from '../../api/apiError.js'
import { throttle } from '../state/throttle.js'

export interface Page<Row> {
  readonly nodes: readonly Row[]
  readonly totalCount: number
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

export interface Pages<Row> {
  /** Null until the first response. The current page stays while the next one loads. */
  readonly page: Page<Row> | null
  readonly problem: string | null
  readonly busy: boolean
  /** From 1. */
  readonly number: number
  next(): void
  previous(): void
  /** Loads the same page again, throttled. */
  again(): void
}

/**
 * Pages of a GraphQL connection: forward by its cursors, back by the cursors of earlier pages. If `key` (org and
 * filter) changes, the list starts at page 1. Responses to older requests are dropped.
 */
export function usePages<Row>(
  key: string,
  read: (after: string | null, signal: AbortSignal) => Promise<Page<Row> | null>,
): Pages<Row> {
  const [visited, setVisited] = useState<{ key: string; cursors: ReadonlyArray<string | null> }>({
    key,
    cursors: [null],
  })
  const [answer, setAnswer] = useState<{ page: Page<Row> | null; problem: string | null }>({
    page: null,
    problem: null,
  })
  const [busy, setBusy] = useState(true)
  const [round, setRound] = useState(0)
  const cursors = visited.key === key ? visited.cursors : [null]
  const after = cursors.at(-1) ?? null
  const [again] = useState(() => throttle(() => setRound((count) => count + 1), 250, 1_500))

  // `key` changes whenever the arguments of `read` change.
  useEffect(() => {
    const abort = new AbortController()
    setBusy(true)
    read(after, abort.signal)
      .then(
        (page) => !abort.signal.aborted && setAnswer({ page, problem: null }),
        (error) =>
          !abort.signal.aborted && setAnswer((held) => ({ page: held.page, problem: errorMessage(error) })),
      )
      .finally(() => !abort.signal.aborted && setBusy(false))
    return () => abort.abort()
  }, [key, after, round])

  useEffect(() => again.stop, [again])

  return {
    page: answer.page,
    problem: answer.problem,
    busy,
    number: cursors.length,
    next() {
      const cursor = answer.page?.pageInfo.endCursor
      if (cursor) setVisited({ key, cursors: [...cursors, cursor] })
    },
    previous() {
      if (cursors.length > 1) setVisited({ key, cursors: cursors.slice(0, -1) })
    },
    again: again.schedule,
  }
}
