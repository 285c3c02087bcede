import { createHash } from 'node:crypto'
import type { DocumentNode, Token } from 'graphql'
import { LRUCache } from 'lru-cache'

/** All documents kept together may weigh this much, bytes. */
const MAX_BYTES = 32 * 1_048_576
const MAX_DOCUMENTS = 1_000
/** What parsing makes of one token: the token itself and its share of the syntax tree, bytes. */
const BYTES_PER_TOKEN = 300
/** Texts that were asked once. Only a hash of each is remembered. */
const MAX_SEEN = 10_000

/** Parsed and validated documents by their text, so that a document that is asked often is checked once. */
export interface Documents {
  get(text: string): DocumentNode | undefined
  /** Told of a document each time it was parsed and found valid. It is kept from the second time on. */
  parsed(text: string, document: DocumentNode): void
}

/**
 * Keeps valid documents only. An invalid one would bring its errors along, and whoever sends it has to correct it
 * anyway. Nor is a document kept at its first request: somebody who never asks the same twice fills no memory.
 */
export const keptDocuments = (): Documents => {
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

/** In bytes. A character of the text takes two at most. Comments are tokens too. */
export const weightOf = ({ loc }: DocumentNode, text: string): number => {
  let tokens = 0
  for (let token: Token | null | undefined = loc?.startToken; token; token = token.next) tokens++
  return 2 * text.length + BYTES_PER_TOKEN * tokens
}
