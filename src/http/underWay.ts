interface Entry<Item> {
  readonly item: Item
  at: number
}

/**
 * Whatever is under way at the moment, in no order. A Set would do but for how it grows: its outgrown tables point on
 * to the newer ones, so that, once one has become old, all that came and went since is kept until the next full
 * collection. Here nothing outlives its removal.
 */
export class UnderWay<Item> {
  readonly #entries: Entry<Item>[] = []

  /** @returns what removes it, once */
  add(item: Item): () => void {
    const entry: Entry<Item> = { item, at: this.#entries.length }
    this.#entries.push(entry)
    return () => {
      if (this.#entries[entry.at] !== entry) return
      const last = this.#entries.pop() as Entry<Item>
      if (last === entry) return
      last.at = entry.at
      this.#entries[entry.at] = last
    }
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (const { item } of [...this.#entries]) yield item
  }
}
