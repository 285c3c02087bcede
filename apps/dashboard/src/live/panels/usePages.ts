import { throttle } from '@guildhall/client/events'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError, errorMessage } from '../../api/apiError.js'
import { useRetry } from '../../ui/useRetry.js'
import { type AddressChanges, changeAddress, noPlace, readAddress } from '../address.js'

export interface Page<Row> {
  readonly nodes: readonly Row[]
  readonly totalCount: number
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

/** The arguments of a page of a GraphQL connection, and where an order by name begins. */
export interface PageArgs {
  readonly first?: number
  readonly after?: string
  readonly last?: number
  readonly before?: string
  readonly skip?: number
  readonly from?: string
}

export const sizes = [20, 50, 100] as const

/** So many rows the server leaves out at most. */
const MAX_SKIP = 50_000

export interface Pages<Row> {
  /** Null until the first response. The page before stays while the next one loads. */
  readonly page: Page<Row> | null
  /** Names the page that is shown: the list and the place in it. */
  readonly place: string
  /** Why the wanted page can't be loaded. It is tried again by itself. */
  readonly problem: string | null
  readonly busy: boolean
  /** Of the page that is shown, from 1. Null where it isn't known: after a jump to a letter. */
  readonly number: number | null
  readonly size: number
  /** Rows that came while the list was in use. They are shown when the user asks for them, or leaves. */
  readonly newRows: number
  /** Whether a row that is still shown is gone by now. */
  isGone(id: string): boolean
  showNew(): void
  first(): void
  previous(): void
  next(): void
  last(): void
  /** Goes to a page by its number, from 1, or to the nearest one that there is. */
  goTo(number: number): void
  /** Begins at the first letters of a name; empty for the start. The list must be sorted by name. */
  jump(from: string): void
  /** Loads the same page again, throttled. */
  again(): void
  /** Loads it again without a row that the user has just deleted. It goes at once, though the list is in use. */
  deleted(id: string): void
  /** Goes to the element around the rows: while the pointer or the focus is in it, no row moves. */
  readonly inUse: InUse
}

interface InUse {
  onPointerEnter(event: PointerEvent): void
  onPointerLeave(): void
  onFocusIn(): void
  onFocusOut(event: FocusEvent & { currentTarget: Element }): void
}

interface Shown<Row> {
  readonly key: string
  /** What was asked for: the list and the place in it. */
  readonly asked: string
  readonly page: Page<Row>
  readonly number: number | null
}

/**
 * Pages of a GraphQL connection. The place is in the page's address. `key` changes whenever the arguments of `read` do;
 * whoever changes them also changes the address by `noPlace`. Responses to older requests are dropped.
 */
export function usePages<Row extends { readonly id: string }>(
  key: string,
  read: (args: PageArgs, signal: AbortSignal) => Promise<Page<Row> | null>,
): Pages<Row> {
  const size = sizeIn(readAddress())
  const args = argsOf(readAddress(), size)
  const number = numberIn(readAddress())
  const asked = JSON.stringify([key, args])
  const [shown, setShown] = useState<Shown<Row> | null>(null)
  const [held, setHeld] = useState<Page<Row> | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(true)
  const [round, setRound] = useState(0)
  const [again] = useState(() => throttle(() => setRound((count) => count + 1), 250, 1_500))
  const latest = useRef<{ shown: Shown<Row> | null; held: Page<Row> | null }>({ shown: null, held: null })
  latest.current = { shown, held }
  const used = useRef({ pointer: false, focus: false })
  const deletedIds = useRef(new Set<string>())

  function arrive(page: Page<Row> | null): void {
    setError(null)
    if (!page) {
      setShown(null)
      return
    }
    // Towards the start there are fewer rows than a page. It has a full first page instead.
    if (args.before && !page.pageInfo.hasPreviousPage && page.nodes.length < size) {
      go({}, true)
      return
    }
    // Its rows are gone by now.
    if (page.nodes.length === 0 && (args.after || args.before || args.skip)) {
      go({}, true)
      return
    }
    const { shown: now } = latest.current
    const isInUse = used.current.pointer || used.current.focus
    const isAwaited = now?.page.nodes.some(({ id }) => deletedIds.current.has(id) && !hasRow(page, id))
    if (isInUse && !isAwaited && now?.asked === asked && !sameRows(now.page, page)) {
      const fresh = new Map(page.nodes.map((row) => [row.id, row]))
      setShown({ ...now, page: { ...page, nodes: now.page.nodes.map((row) => fresh.get(row.id) ?? row) } })
      setHeld(page)
      return
    }
    // The element around the rows goes away with the last row, without an event.
    if (page.nodes.length === 0) used.current = { pointer: false, focus: false }
    setShown({ key, asked, page, number })
    setHeld(null)
  }

  useEffect(() => {
    const abort = new AbortController()
    setBusy(true)
    read(args, abort.signal)
      .then((page) => {
        if (!abort.signal.aborted) arrive(page)
      })
      .catch((error: unknown) => {
        if (abort.signal.aborted) return
        // A cursor that this server can't read, from an old link.
        if (error instanceof ApiError && error.code === 'BAD_USER_INPUT' && (args.after || args.before)) {
          go({}, true)
          return
        }
        setError(error)
      })
      .finally(() => !abort.signal.aborted && setBusy(false))
    return () => abort.abort()
  }, [asked, round])

  useEffect(() => again.stop, [again])
  useRetry(error, () => setRound((count) => count + 1))

  function showNew(): void {
    const { shown: now, held: newer } = latest.current
    if (!now || !newer) return
    setShown({ ...now, page: newer })
    setHeld(null)
  }

  function goTo(number: number): void {
    if (!page) return
    const all = Math.max(1, Math.ceil(page.totalCount / size))
    const wanted = Math.min(Math.max(1, number), all)
    const rest = page.totalCount - wanted * size
    if (wanted === 1) go({})
    // The last page may be shorter.
    else if (wanted === all) go({ last: String(size + rest), page: String(wanted) })
    else if ((wanted - 1) * size <= rest) go({ page: String(wanted) })
    else go({ last: String(size), end: String(rest), page: String(wanted) })
  }

  const leave = () => {
    if (!used.current.pointer && !used.current.focus) showNew()
  }
  // The rows of another filter are no answer to this one.
  const page = shown && (error === null || shown.key === key) ? shown.page : null
  const heldIds = held && new Set(held.nodes.map(({ id }) => id))

  return {
    page,
    place: shown?.asked ?? asked,
    problem: error === null ? null : errorMessage(error),
    busy,
    number: shown?.number ?? null,
    size,
    newRows: held ? held.nodes.filter(({ id }) => !page?.nodes.some((row) => row.id === id)).length : 0,
    isGone: (id) => heldIds !== null && !heldIds.has(id) && isGoneFrom(held, page, id),
    showNew,
    first: () => go({}),
    previous() {
      if (!page?.pageInfo.startCursor) return
      if (shown?.number === 2) return go({})
      go({ before: page.pageInfo.startCursor, page: shown?.number ? String(shown.number - 1) : null })
    },
    next() {
      if (!page?.pageInfo.endCursor) return
      go({ after: page.pageInfo.endCursor, page: shown?.number ? String(shown.number + 1) : null })
    },
    last: () => goTo(Number.POSITIVE_INFINITY),
    goTo,
    // Letters that are typed one after the other are one step back.
    jump: (from) => go({ from: from || null }, readAddress().has('from')),
    again: again.schedule,
    deleted(id) {
      deletedIds.current.add(id)
      if (latest.current.held && !hasRow(latest.current.held, id)) showNew()
      again.schedule()
    },
    inUse: {
      onPointerEnter: (event) => {
        // A finger is not in the list any more once it is lifted.
        used.current.pointer = event.pointerType !== 'touch'
      },
      onPointerLeave: () => {
        used.current.pointer = false
        leave()
      },
      onFocusIn: () => {
        used.current.focus = true
      },
      onFocusOut: (event) => {
        if (event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)) return
        used.current.focus = false
        leave()
      },
    },
  }
}

/** A row that newer rows have pushed to the next page isn't gone: as many rows would be missing as have come. */
function isGoneFrom<Row extends { readonly id: string }>(
  held: Page<Row> | null,
  page: Page<Row> | null,
  id: string,
): boolean {
  if (!held || !page) return false
  const place = page.nodes.findIndex((row) => row.id === id)
  const later = new Set(page.nodes.slice(place + 1).map((row) => row.id))
  return held.nodes.some((row) => later.has(row.id)) || !held.pageInfo.hasNextPage
}

function hasRow(page: Page<{ readonly id: string }>, id: string): boolean {
  return page.nodes.some((row) => row.id === id)
}

function go(place: AddressChanges, replace = false): void {
  changeAddress({ ...noPlace, ...place }, { replace })
}

function sizeIn(address: URLSearchParams): number {
  return sizes.find((size) => String(size) === address.get('size')) ?? sizes[0]
}

function argsOf(address: URLSearchParams, size: number): PageArgs {
  const [after, before, from] = [address.get('after'), address.get('before'), address.get('from')]
  const last = Number(address.get('last'))
  if (after) return { first: size, after }
  if (before) return { last: size, before }
  const end = Math.min(Number(address.get('end')) || 0, MAX_SKIP)
  if (last >= 1 && last <= size)
    return { last: Math.floor(last), ...(end >= 1 ? { skip: Math.floor(end) } : {}) }
  const skip = Math.min(((numberIn(address) ?? 1) - 1) * size, MAX_SKIP)
  if (skip > 0) return { first: size, skip }
  return { first: size, ...(from ? { from } : {}) }
}

function numberIn(address: URLSearchParams): number | null {
  const number = Number(address.get('page'))
  if (number >= 1) return Math.floor(number)
  return address.has('from') || address.has('after') || address.has('before') ? null : 1
}

function sameRows(one: Page<{ readonly id: string }>, other: Page<{ readonly id: string }>): boolean {
  return (
    one.nodes.length === other.nodes.length && one.nodes.every(({ id }, at) => id === other.nodes[at]?.id)
  )
}
