import { useEffect, useState } from 'preact/hooks'
import { errorInWords } from '../../api/apiError.js'
import { soon } from '../state/soon.js'

export interface Page<Row> {
  readonly nodes: readonly Row[]
  readonly totalCount: number
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

export interface Pages<Row> {
  /** Null until the first answer. An older page stays while the next one is on its way. */
  readonly page: Page<Row> | null
  readonly problem: string | null
  readonly busy: boolean
  /** From 1. */
  readonly number: number
  next(): void
  previous(): void
  /** Reads the same page again, soon. */
  again(): void
}

/**
 * Pages of a connection, forwards by its cursors and back by those already met. `key` names what is listed:
 * where it changes, the list begins anew. Only the newest question's answer counts.
 */
export function usePages<Row>(
  key: string,
  read: (after: string | null, signal: AbortSignal) => Promise<Page<Row> | null>,
): Pages<Row> {
  const [trail, setTrail] = useState<{ key: string; cursors: ReadonlyArray<string | null> }>({
    key,
    cursors: [null],
  })
  const [answer, setAnswer] = useState<{ page: Page<Row> | null; problem: string | null }>({
    page: null,
    problem: null,
  })
  const [busy, setBusy] = useState(true)
  const [round, setRound] = useState(0)
  const cursors = trail.key === key ? trail.cursors : [null]
  const after = cursors.at(-1) ?? null
  const [again] = useState(() => soon(() => setRound((count) => count + 1), 250, 1_500))

  // `key` stands for all that `read` reads by.
  useEffect(() => {
    const abort = new AbortController()
    setBusy(true)
    read(after, abort.signal)
      .then(
        (page) => !abort.signal.aborted && setAnswer({ page, problem: null }),
        (error) =>
          !abort.signal.aborted && setAnswer((held) => ({ page: held.page, problem: errorInWords(error) })),
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
      if (cursor) setTrail({ key, cursors: [...cursors, cursor] })
    },
    previous() {
      if (cursors.length > 1) setTrail({ key, cursors: cursors.slice(0, -1) })
    },
    again: again.ask,
  }
}
