import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'
import type { OperationFacts } from '../lib/observedOperation.js'

/** What observers want to know of a valid operation. */
export function operationFacts(
  document: DocumentNode,
  { name, operation, selectionSet }: OperationDefinitionNode,
  cost: number,
): OperationFacts {
  const rootFields = new Set<string>()
  const seen = new Set<string>()
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) rootFields.add(selection.name.value)
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet)
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value)
        for (const definition of document.definitions)
          if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value)
            collect(definition.selectionSet)
      }
    }
  }
  collect(selectionSet)
  return { name: name?.value, type: operation, rootFields: [...rootFields], cost }
}
