import type { Hint } from '../../domain/core/transact.js'

/** Where to look. `everything` if hints may have been lost, for example by a broken connection. */
export type Wake = Hint | 'everything'

/**
 * Messages to the streams of all servers after a commit, which say where to look. They do not say what happened, and they
 * may be lost, because the streams poll too.
 */
export interface Hints {
  /** Returns at once and never throws. If it fails, other servers find the events a second later. */
  publish(hint: Hint): void
  /** @returns a function that stops listening */
  onHint(listener: (wake: Wake) => void): () => void
  close(): Promise<void>
}

/** Hints within one server. With several servers it delivers the server's own hints at once. */
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
