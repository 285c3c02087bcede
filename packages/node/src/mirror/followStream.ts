import type { resumingClient } from '@guildhall/client'
import { readError } from '@guildhall/client/events'
import { instanceEvents, type OrgEvent, orgEvents } from './documents.js'
import type { Freshness } from './freshness.js'
import { ALL } from './heads.js'
import { backOff } from './patience.js'

export interface StreamOptions {
  /** `ALL`, or the id of an org. */
  readonly key: string
  readonly client: ReturnType<typeof resumingClient>
  readonly freshness: Freshness
  readonly signal: AbortSignal
  /** Forgets what is known, and reads it. @returns the cursor of the stream before this */
  read(): Promise<string>
  /** @returns `read` if the org of the event had to be read anew */
  apply(event: OrgEvent): Promise<'applied' | 'read'>
  /** The org is gone. */
  onEnd(): void
  onError(error: unknown): void
}

/**
 * Reads once, and then applies every event, one after the other. The client resumes after a broken connection. Anything
 * else that ends the stream is reported, and the stream goes on after the last event that was applied. It reads anew if
 * the server does not accept the cursor any more, for example after a restore of its database, or if events after the
 * cursor are deleted by now. The latter is no failure: the mirror was away for longer than events are kept.
 */
export async function followStream(options: StreamOptions): Promise<void> {
  const { key, client, freshness, signal } = options
  const { wait, reset } = backOff(signal)
  let after: string | undefined

  async function begin(): Promise<string> {
    freshness.reset()
    const cursor = await options.read()
    freshness.reset()
    freshness.passed(cursor)
    return cursor
  }

  async function pass(event: OrgEvent): Promise<void> {
    if ((await options.apply(event)) === 'read') freshness.reset()
    after = event.cursor
    freshness.passed(event.cursor)
    reset()
  }

  async function followFrom(cursor: string): Promise<void> {
    const events = client.iterate<Record<string, OrgEvent>>({
      query: key === ALL ? instanceEvents : orgEvents,
      variables: { after: cursor, ...(key !== ALL && { orgId: key }) },
    })
    const stop = () => void events.return?.()
    signal.addEventListener('abort', stop)
    try {
      for await (const { data } of events) for (const event of Object.values(data ?? {})) await pass(event)
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  while (!signal.aborted)
    try {
      after ??= await begin()
      await followFrom(after)
      if (!signal.aborted && key !== ALL) return options.onEnd()
    } catch (thrown) {
      if (signal.aborted) return
      const error = readError(thrown) ?? thrown
      const code: unknown = Reflect.get(Object(error), 'code')
      if (code === 'BAD_USER_INPUT' || code === 'EVENTS_GONE') after = undefined
      if (code !== 'EVENTS_GONE') options.onError(error)
      await wait().catch(() => {})
    }
}
