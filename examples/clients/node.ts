import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { parse } from 'graphql'
import type { TypedDocumentString } from '../../operations/generated/graphql.js'

/** Our documents are strings: libraries that want a syntax tree get one, with the same types. */
export function node<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
): TypedDocumentNode<Data, Variables> {
  return parse(document.toString())
}
