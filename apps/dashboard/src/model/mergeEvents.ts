/** Merges two lists of events, which may overlap: ascending by `seq`, without duplicates, the newest `keep` of them. */
export function mergeEvents<E extends { readonly seq: number }>(
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

/** The events that are held, or none if some between them and the newest ones that were read are missing. */
export function withoutGap<E extends { readonly seq: number }>(
  held: readonly E[],
  read: readonly E[],
): readonly E[] {
  const [last, first] = [held.at(-1), read[0]]
  return last && first && last.seq + 1 < first.seq ? [] : held
}
