/** How far a reader has come in a stream of events. */
export interface Position {
  /** `seq` of the newest event taken in; 0 before the first. */
  readonly seq: number
  /** Passed as `after` to go on from here; null before the first event of an empty history. */
  readonly cursor: string | null
}

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
  if (event.seq <= position.seq) return 'duplicate'
  if (dense && event.seq !== position.seq + 1) return 'gap'
  return 'next'
}

export function advance(event: Numbered): Position {
  return { seq: event.seq, cursor: event.cursor }
}

/**
 * Joins newly read events to those held, whatever order and overlap they come in: ascending by `seq`, each
 * once, no more than `keep` of the newest.
 */
export function merge<E extends { readonly seq: number }>(
  held: readonly E[],
  read: readonly E[],
  keep: number,
): E[] {
  const last = held.at(-1)
  const first = read[0]
  const inOrder = read.length === 1 && first !== undefined && (last === undefined || first.seq > last.seq)
  if (inOrder) return [...held, first].slice(-keep)
  const bySeq = new Map<number, E>()
  for (const event of read) bySeq.set(event.seq, event)
  for (const event of held) bySeq.set(event.seq, event)
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq).slice(-keep)
}
