/** Reproducible random numbers: the same seed gives the same choices. */
export interface Random {
  /** An integer from 0 to below `n`. */
  below(n: number): number
  pick<T>(things: readonly T[]): T
}

/** The seed of this run: `SEED` from the environment, to repeat a failure, or a new one. */
export function newSeed(): number {
  return Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
}

/** Mulberry32: small, and random enough for choices. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    below,
    pick(things) {
      const thing = things[below(things.length)]
      if (thing === undefined) throw new Error('nothing to choose from')
      return thing
    },
  }
}
