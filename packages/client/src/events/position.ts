/** How far a reader has come in a stream of events. */
export interface Position {
  /** Number of the newest event taken in; 0 before the first, null where only the cursor is known. */
  readonly seq: number | null
  /** Passed as `after` to go on from here; null before the first event of an empty history. */
  readonly cursor: string | null
}

/** An event as far as following it is concerned. */
export interface Numbered {
  readonly seq: number
  readonly cursor: string
}

/**
 * `next`: take it in. `duplicate`: it was taken in already. `gap`: something before it is missing, so it must
 * not be taken in; resume from the position.
 */
export type Arrival = 'next' | 'duplicate' | 'gap'

/**
 * Where an event stands against a position. In a dense stream (the whole of an org's history) numbers go up by
 * exactly one, so a jump proves a loss; in a sparse one (invites only) they merely go up.
 */
export function arrival(position: Position, event: Numbered, dense: boolean): Arrival {
  if (position.seq === null) return 'next'
  if (event.seq <= position.seq) return 'duplicate'
  if (dense && event.seq !== position.seq + 1) return 'gap'
  return 'next'
}

/** The position after taking in an event. */
export function advance(event: Numbered): Position {
  return { seq: event.seq, cursor: event.cursor }
}
