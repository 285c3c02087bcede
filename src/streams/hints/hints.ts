import type { Hint } from '../../domain/core/transact.js'

/** The streams to read. `everything` if hints may have been lost, for example because a connection broke. */
export type Wake = Hint | 'everything'

/**
 * Messages to the streams of all servers after a commit. A hint only says which orgs and users have new events, so that
 * their streams read the table. Hints may be lost, because the streams also poll.
 */
export interface Hints {
  /** Returns at once and never throws. If sending fails, other servers find the events a second later. */
  publish(hint: Hint): void
  /** @returns a function that stops listening */
  onHint(listener: (wake: Wake) => void): () => void
  close(): Promise<void>
}

/** Hints within one server. Also used with several servers, to deliver the server's own hints at once. */
export function inProcessHints(): Hints & { wake(wake: Wake): void } {
  const listeners = new Set<(wake: Wake) => void>()
  const wake = (where: Wake) => {
    for (const listener of listeners) listener(where)
  }
  return {
    publish: wake,
    wake,
    onHint(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => Promise.resolve(),
  }
}
