import type { DefinitionNode, DocumentNode } from 'graphql'

/**
 * A document that knows the types of its result and of its variables. urql and Apollo Client take it, and every other
 * library that takes a TypedDocumentNode.
 */
export interface TypedDocument<Data, Variables> extends DocumentNode {
  /** Never set. It carries the types, by the name that code generators have agreed on. */
  readonly __apiType?: (variables: Variables) => Data
}

/** A definition: its text, and its syntax tree as graphql-js has it. The tree has no places and no empty lists. */
interface Part {
  readonly text: string
  readonly definition: object
}

/** Puts an operation together with the fragments that it needs. Where parsers keep the source, it has its text. */
export function document<Data, Variables>(...parts: readonly Part[]): TypedDocument<Data, Variables> {
  const body = parts.map(({ text }) => text).join('\n')
  return {
    kind: 'Document' as DocumentNode['kind'],
    // graphql-js takes trees without empty lists; its types ask for fewer than it makes itself.
    definitions: parts.map(({ definition }) => definition as DefinitionNode),
    loc: { start: 0, end: body.length, source: { body, name: 'Guildhall' } } as NonNullable<
      DocumentNode['loc']
    >,
  }
}
