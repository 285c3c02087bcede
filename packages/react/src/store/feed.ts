import { ApiError } from '@guildhall/client'
import {
  type Connection,
  type Follower,
  follow,
  type Numbered,
  type Position,
  type Sink,
} from '@guildhall/client/events'
import { asApiError } from '../api/outcome.js'
import { type Value, value } from './value.js'

export type FeedState =
  | { readonly kind: 'starting' }
  /** Every change arrives as an event. */
  | { readonly kind: 'following' }
  /** The viewer may not read events: `refresh` is called from time to time. */
  | { readonly kind: 'polling' }
  /** There is no such org, or the viewer may not see it. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly error: ApiError }

interface FeedListener<Event> {
  event(event: Event): void
  /** Load the data again: it may have changed without an event. */
  refresh(): void
}

/** A stream of events, shared by everything on the page that shows data of it. */
export interface Feed<Event> {
  readonly state: Value<FeedState>
  readonly connection: Value<Connection>
  /** Starts the feed with its first listener, and stops it with its last one. */
  listen(listener: FeedListener<Event>): () => void
  /** Asks all listeners to load again. If there was nothing to follow, looks whether there is now. */
  refresh(): void
}

export interface FeedOptions<Event extends Numbered> {
  readonly dense: boolean
  /**
   * Where the stream stands. It is read before any data, so that every change after the data is an event after it.
   * Position null: the viewer may not read events. Result null: there is nothing to read.
   */
  head(): Promise<{ readonly position: Position | null } | null>
  subscribe(after: string | null, sink: Sink<Event>): () => void
  /** Ask again so often if there are no events, ms. */
  readonly pollMs: number
  /** Ask again so often beside the events, ms. Null: never, because the events tell everything. */
  readonly lookAroundMs: number | null
  onMissing(): void
}

const LONGEST_WAIT_MS = 30_000

export function openFeed<Event extends Numbered>(options: FeedOptions<Event>): Feed<Event> {
  const state = value<FeedState>({ kind: 'starting' })
  const connection = value<Connection>({ state: 'connecting' })
  const listeners = new Set<FeedListener<Event>>()
  let follower: Follower | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let attempts = 0
  // Each start and each stop increments it. Answers to an earlier one are dropped.
  let turn = 0
  let stopLooking = () => {}

  function refresh(): void {
    for (const listener of [...listeners]) listener.refresh()
  }

  async function start(): Promise<void> {
    const mine = ++turn
    clearTimeout(retry)
    follower?.stop()
    follower = undefined
    try {
      const head = await options.head()
      if (mine !== turn) return
      if (!head) return missing()
      if (head.position) watch(head.position)
      state.set({ kind: head.position ? 'following' : 'polling' })
      refresh()
    } catch (error) {
      if (mine !== turn) return
      const failure = asApiError(error)
      if (state.get().kind !== 'following') state.set({ kind: 'failed', error: failure })
      if (failure.code !== 'UNAUTHENTICATED') startLater()
    }
  }

  function startLater(): void {
    const wait = attempts === 0 ? 0 : Math.min(LONGEST_WAIT_MS, 500 * 2 ** attempts)
    attempts++
    clearTimeout(retry)
    retry = setTimeout(() => void start(), wait)
  }

  function missing(): void {
    connection.set({ state: 'ended', code: 'NOT_FOUND' })
    state.set({ kind: 'missing' })
    options.onMissing()
  }

  function watch(from: Position): void {
    follower = follow<Event>({
      from,
      dense: options.dense,
      subscribe: options.subscribe,
      head: async () => null,
      onEvent(event) {
        attempts = 0
        for (const listener of [...listeners]) listener.event(event)
      },
      onConnection(next) {
        connection.set(next)
        if (next.state !== 'ended') return
        if (next.code === 'UNAUTHENTICATED')
          state.set({ kind: 'failed', error: new ApiError(next.code, 'This sign-in is not accepted.') })
        // The permissions changed, or the org is gone: ask what the viewer may still see.
        else startLater()
      },
      onLost: () => void start(),
    })
  }

  /** Looks for changes that no event tells, while the page is visible. */
  function look(): void {
    if (document.visibilityState !== 'visible') return
    if (connection.get().state === 'reconnecting') follower?.reconnect()
    const { kind } = state.get()
    if (kind === 'polling' || kind === 'failed' || kind === 'missing') void start()
    else if (kind === 'following' && options.lookAroundMs !== null) refresh()
  }

  function open(): void {
    state.set({ kind: 'starting' })
    attempts = 0
    const timer = setInterval(() => {
      if (state.get().kind === 'polling') look()
    }, options.pollMs)
    const around = options.lookAroundMs === null ? undefined : setInterval(look, options.lookAroundMs)
    const back = () => look()
    addEventListener('online', back)
    addEventListener('focus', back)
    document.addEventListener('visibilitychange', back)
    stopLooking = () => {
      clearInterval(timer)
      clearInterval(around)
      removeEventListener('online', back)
      removeEventListener('focus', back)
      document.removeEventListener('visibilitychange', back)
    }
    void start()
  }

  function close(): void {
    turn++
    clearTimeout(retry)
    stopLooking()
    follower?.stop()
    follower = undefined
  }

  return {
    state,
    connection,
    refresh() {
      if (listeners.size > 0 && state.get().kind !== 'following') void start()
      else refresh()
    },
    listen(listener) {
      listeners.add(listener)
      if (listeners.size === 1) open()
      else if (state.get().kind === 'following' || state.get().kind === 'polling') listener.refresh()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) close()
      }
    },
  }
}

/** For data that has no events: it is loaded once. */
export function noFeed(): Feed<never> {
  return {
    state: value<FeedState>({ kind: 'polling' }),
    connection: value<Connection>({ state: 'connecting' }),
    refresh() {},
    listen(listener) {
      listener.refresh()
      return () => {}
    },
  }
}
