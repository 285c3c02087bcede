import type { ComponentChildren } from 'preact'
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { errorMessage } from '../../api/apiError.js'
import type { OrgEvent } from '../../model/types.js'
import { LoadNotice } from '../../ui/notices.js'
import { RowsSkeleton } from '../../ui/Skeleton.js'
import { useRetry } from '../../ui/useRetry.js'
import { useOrgContext } from '../orgContext.js'

export interface Cards<Row> {
  /** Null until first loaded. */
  readonly rows: readonly Row[] | null
  readonly problem: string | null
  /** Loads the list again. */
  again(): void
}

/**
 * Loads a short list of the org, and loads it again after each event that may change it. Both functions must stay the
 * same from one render to the next.
 */
export function useCards<Row>(
  read: (orgId: string, token: string) => Promise<readonly Row[]>,
  isChangedBy: (event: OrgEvent) => boolean,
): Cards<Row> {
  const { token, store } = useOrgContext()
  const [rows, setRows] = useState<readonly Row[] | null>(null)
  const [error, setError] = useState<unknown>(null)

  const asked = useRef(0)

  const again = useCallback(async () => {
    asked.current += 1
    const round = asked.current
    const isNewest = () => round === asked.current
    try {
      const answer = await read(store.orgId, token)
      if (!isNewest()) return
      setRows(answer)
      setError(null)
    } catch (error) {
      if (isNewest()) setError(error)
    }
  }, [read, store, token])

  useEffect(() => {
    void again()
    return store.onChange((event) => {
      if (event === null || isChangedBy(event)) void again()
    })
  }, [again, isChangedBy, store])

  useRetry(error, () => void again())

  return { rows, problem: error === null ? null : errorMessage(error), again }
}

interface CardListProps<Row> {
  cards: Cards<Row>
  /** Shown if there is none. */
  empty: ComponentChildren
  /** Shown below the list. */
  foot?: ComponentChildren
  children(row: Row): ComponentChildren
}

export function CardList<Row>({ cards: { rows, problem }, empty, foot, children }: CardListProps<Row>) {
  return (
    <div class="list">
      {problem && <LoadNotice text={problem} />}
      {!rows && !problem && <RowsSkeleton rows={2} />}
      {rows?.length === 0 && empty}
      {rows && rows.length > 0 && <ul class="cards">{rows.map(children)}</ul>}
      {/* Not before the list: it would move away under the pointer. */}
      {(rows || problem) && foot}
    </div>
  )
}
