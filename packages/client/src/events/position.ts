/** The position of a reader in a stream of events. */
export interface Position {
  /** The number of the newest event received. 0 before the first one. Null if only the cursor is known. */
  readonly seq: number | null
  /** Pass it as `after` to resume from here. Null before the first event of an empty history. */
  readonly cursor: string | null
}

/** The fields of an event that `follow` needs. */
export interface Numbered {
  readonly seq: number
  readonly cursor: string
}

/**
 * `next`: deliver the event. `duplicate`: it was already delivered. `gap`: an event before it is missing, so do not
 * deliver it but resume from the position.
 */
export type Arrival = 'next' | 'duplicate' | 'gap'

/**
 * Compares an event with a position. In a dense stream (the whole history of an org) numbers go up by exactly one, so
 * a jump means a lost event. In a sparse stream (invites only) they go up by one or more.
 */
export function arrival(position: Position, event: Numbered, dense: boolean): Arrival {
  if (position.seq === null) return 'next'
  if (event.seq <= position.seq) return 'duplicate'
  if (dense && event.seq !== position.seq + 1) return 'gap'
  return 'next'
}

/** The position after an event. */
export function advance(event: Numbered): Position {
  return { seq: event.seq, cursor: event.cursor }
}
