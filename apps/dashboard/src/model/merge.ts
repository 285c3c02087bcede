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
