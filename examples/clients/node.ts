import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { parse } from 'graphql'
import type { TypedDocumentString } from '../../operations/generated/graphql.js'

/** Parses a document. Ours are strings; some libraries need a syntax tree. The types stay the same. */
export function node<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
): TypedDocumentNode<Data, Variables> {
  return parse(document.toString())
}
