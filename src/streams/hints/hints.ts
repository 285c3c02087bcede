import type { Hint } from '../../domain/core/transact.js'

/** Where to look. `everything`: hints may have been lost, by a broken connection for one. */
export type Wake = Hint | 'everything'

/**
 * Tell every server's streams where to look, after a commit. They say nothing of what happened and may be lost:
 * what reads the events polls as well.
 */
export interface Hints {
  /** Returns at once, never throws: what fails is another server's delay of a second. */
  publish(hint: Hint): void
  /** @returns stops listening */
  onHint(listener: (wake: Wake) => void): () => void
  close(): Promise<void>
}

/** Hints of a server that is alone. With others, the part of it that is heard at once. */
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
