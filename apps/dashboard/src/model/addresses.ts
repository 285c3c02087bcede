export interface PastedAddresses {
  /** Each once, in the order pasted. */
  readonly addresses: string[]
  /** How often an address came again, without regard to case. */
  readonly repeated: number
}

/**
 * The addresses in whatever was pasted: a column, a comma list, `Ada Lovelace <ada@example.com>; …`.
 * What is no address stays in the list, because the server's word on it is worth more than this page's silence.
 */
export function pastedAddresses(text: string): PastedAddresses {
  const seen = new Set<string>()
  const addresses: string[] = []
  let repeated = 0
  // The comma of `"Hopper, Grace" <grace@example.com>` separates nothing.
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
