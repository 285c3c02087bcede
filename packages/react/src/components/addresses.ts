export interface PastedAddresses {
  /** Without duplicates, in the order of the text. */
  readonly addresses: string[]
  /** The number of duplicates, ignoring case. */
  readonly repeated: number
}

/**
 * Finds the addresses in pasted text: a column, a comma list, `Ada Lovelace <ada@example.com>; …`.
 * Text that is no valid address stays in the list, so that the server says what is wrong with it.
 */
export function pastedAddresses(text: string): PastedAddresses {
  const seen = new Set<string>()
  const addresses: string[] = []
  let repeated = 0
  // The comma in `"Hopper, Grace" <grace@example.com>` is no separator.
  const unnamed = text.replace(/"[^"\n]*"\s*</g, '<')
  for (const piece of unnamed.split(/[\n\r,;]+/)) {
    for (const address of addressesOf(piece.trim())) {
      const key = address.toLowerCase()
      if (seen.has(key)) repeated++
      else {
        seen.add(key)
        addresses.push(address)
      }
    }
  }
  return { addresses, repeated }
}

function addressesOf(piece: string): string[] {
  if (piece === '') return []
  const bracketed = [...piece.matchAll(/<([^<>]+)>/g)].map((match) => (match[1] ?? '').trim())
  if (bracketed.length > 0) return bracketed.filter((address) => address !== '')
  const words = piece.split(/\s+/)
  const withAt = words.filter((word) => word.includes('@'))
  return withAt.length > 0 ? withAt : [piece]
}
