import { createHash } from 'node:crypto'
import type { DocumentNode, Token } from 'graphql'
import { LRUCache } from 'lru-cache'

/** The most memory that all cached documents may use together, bytes. */
const MAX_BYTES = 32 * 1_048_576
const MAX_DOCUMENTS = 1_000
/** The memory for one token and its part of the syntax tree, bytes. */
const BYTES_PER_TOKEN = 300
/** The most texts that are remembered after their first request. Only a hash of each is kept. */
const MAX_SEEN = 10_000

/** A cache of parsed and validated documents by their text. */
export interface Documents {
  get(text: string): DocumentNode | undefined
  /** Call it each time a document was parsed and is valid. The second call for the same text caches the document. */
  parsed(text: string, document: DocumentNode): void
}

/**
 * Caches only valid documents, from their second request on. So a client that sends a different document each time
 * fills no memory.
 */
export const documentCache = (): Documents => {
  const kept = new LRUCache<string, DocumentNode>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_BYTES,
    sizeCalculation: weightOf,
  })
  const seen = new LRUCache<string, true>({ max: MAX_SEEN })
  return {
    get: (text) => kept.get(text),
    parsed(text, document) {
      if (kept.has(text)) return
      const hash = createHash('sha1').update(text).digest('base64')
      if (seen.delete(hash)) kept.set(text, document)
      else seen.set(hash, true)
    },
  }
}

/** The memory that a document uses, bytes. A character of the text uses at most two. Comments are tokens too. */
export const weightOf = ({ loc }: DocumentNode, text: string): number => {
  let tokens = 0
  for (let token: Token | null | undefined = loc?.startToken; token; token = token.next) tokens++
  return 2 * text.length + BYTES_PER_TOKEN * tokens
}
