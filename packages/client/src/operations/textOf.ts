import type { DocumentNode } from 'graphql'

/** The text of a document. Documents that were parsed keep it, and ours have it. */
export function textOf(document: string | DocumentNode): string {
  const text = typeof document === 'string' ? document : document.loc?.source.body
  if (text === undefined) throw new TypeError('This document has no text. Pass its text instead.')
  return text
}
