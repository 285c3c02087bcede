import type { ApiError } from '@guildhall/client'
import { throttle } from '@guildhall/client/events'
import { asApiError } from '../api/outcome.js'
import type { Feed, FeedState } from './feed.js'
import type { Life } from './registry.js'

/** Data that stays up to date. */
export type Live<Data> =
  | { readonly status: 'loading'; readonly data: undefined; readonly error: null }
  /** `error`: a later load failed, and will be tried again. The data may be old. */
  | { readonly status: 'ready'; readonly data: Data; readonly error: ApiError | null }
  /** There is no such org, or the viewer may not see this. */
  | { readonly status: 'missing'; readonly data: undefined; readonly error: null }
  | { readonly status: 'failed'; readonly data: undefined; readonly error: ApiError }

type Change<Data> = (data: Data) => Data

/** What an event means for the data: a change that can be shown at once, and whether to load again. */
interface Effect<Data> {
  readonly change?: Change<Data>
  readonly reload: boolean
}

export interface LiveQuery<Data> {
  get(): Live<Data>
  /** The first listener starts the query, and the last one stops it after a moment. */
  listen(listener: () => void): () => void
  /** Changes the data now. It also changes the answer of a load that is under way, which may be older. */
  change(change: Change<Data>): void
  /** Loads again soon. */
  reload(): void
}

export interface LiveQueryOptions<Data, Event> extends Life {
  readonly feed: Feed<Event>
  /** Null: the viewer may not see this. */
  read(): Promise<Data | null>
  onEvent(event: Event): Effect<Data> | null
  /** Changes that the server has not confirmed yet. */
  readonly pending?: { apply(data: Data): Data; listen(listener: () => void): () => void }
}

export const LOADING: Live<never> = { status: 'loading', data: undefined, error: null }
const MISSING: Live<never> = { status: 'missing', data: undefined, error: null }

/** StrictMode, and a page that replaces another, stop a query and start it again at once. Nothing is loaded twice. */
const KEPT_MS = 1_000
const RETRY_MS = 2_000

export function liveQuery<Data, Event>(options: LiveQueryOptions<Data, Event>): LiveQuery<Data> {
  const { feed, pending } = options
  const listeners = new Set<() => void>()
  let base: Data | undefined
  let shown: Live<Data> = LOADING
  let running = false
  let stopping: ReturnType<typeof setTimeout> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let loading: { changes: Change<Data>[] } | null = null
  let loadAgain = false
  let stopAll = () => {}

  function show(next: Live<Data>): void {
    shown = next
    for (const listener of [...listeners]) listener()
  }

  function showBase(error: ApiError | null = null): void {
    if (base !== undefined) show({ status: 'ready', data: pending ? pending.apply(base) : base, error })
  }

  async function load(): Promise<void> {
    if (loading) {
      loadAgain = true
      return
    }
    clearTimeout(retry)
    const mine: { changes: Change<Data>[] } = { changes: [] }
    loading = mine
    try {
      const answer = await options.read()
      if (loading !== mine) return
      if (answer === null) {
        base = undefined
        show(MISSING)
      } else {
        base = mine.changes.reduce<Data>((data, change) => change(data), answer)
        showBase()
      }
    } catch (error) {
      if (loading !== mine) return
      failed(asApiError(error))
      retry = setTimeout(() => void load(), RETRY_MS)
    }
    loading = null
    if (!loadAgain) return
    loadAgain = false
    soon.schedule()
  }

  function failed(error: ApiError): void {
    if (base === undefined) show({ status: 'failed', data: undefined, error })
    else showBase(error)
  }

  function drop(): void {
    clearTimeout(retry)
    loading = null
    loadAgain = false
    soon.stop()
  }

  function change(apply: Change<Data>): void {
    loading?.changes.push(apply)
    if (base === undefined) return
    base = apply(base)
    showBase()
  }

  function onFeed(state: FeedState): void {
    if (state.kind === 'missing') {
      drop()
      base = undefined
      show(MISSING)
    } else if (state.kind === 'failed') failed(state.error)
  }

  const soon = throttle(() => void load(), 100, 1_000)

  function start(): void {
    running = true
    options.onStart()
    const stopState = feed.state.listen(() => onFeed(feed.state.get()))
    const stopPending = pending?.listen(() => showBase())
    const stopFeed = feed.listen({
      event(event) {
        const effect = options.onEvent(event)
        if (effect?.change) change(effect.change)
        if (effect?.reload) soon.schedule()
      },
      refresh: () => void load(),
    })
    onFeed(feed.state.get())
    stopAll = () => {
      stopState()
      stopPending?.()
      stopFeed()
    }
  }

  function stop(): void {
    running = false
    stopAll()
    drop()
    base = undefined
    shown = LOADING
    options.onStop()
  }

  return {
    get: () => shown,
    change,
    reload: () => soon.schedule(),
    listen(listener) {
      listeners.add(listener)
      clearTimeout(stopping)
      if (!running) start()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) stopping = setTimeout(stop, KEPT_MS)
      }
    },
  }
}
