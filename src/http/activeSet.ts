interface Entry<Item> {
  readonly item: Item
  at: number
}

/**
 * An unordered set of what is active at the moment. It replaces Set to save memory. When a Set grows, its old table
 * points to the new one. Once the old table is in the garbage collector's old generation, every later member stays in
 * memory until the next full collection, even after it was removed.
 */
export class ActiveSet<Item> {
  readonly #entries: Entry<Item>[] = []

  /** @returns a function that removes the item; may be called twice */
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
