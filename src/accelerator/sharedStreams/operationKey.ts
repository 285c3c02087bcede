import {
  type DocumentNode,
  type ExecutionArgs,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'

/** A number for each document. Documents are cached by their text, so the same text gives the same document. */
const numbers = new WeakMap<DocumentNode, number>()
let lastNumber = 0

/** Subscriptions with the same request have the same key, even if they start at different events (`after`). */
export function operationKey({ document, operationName, variableValues }: ExecutionArgs): string {
  let number = numbers.get(document)
  if (number === undefined) {
    number = ++lastNumber
    numbers.set(document, number)
  }
  const operation = getOperationAST(document, operationName)
  const names = operation ? variablesOfEvents(document, operation) : []
  // Only variables that were sent: a missing variable takes its default, but null does not.
  const given = names.flatMap((name) =>
    variableValues && Object.hasOwn(variableValues, name) ? [[name, variableValues[name]]] : [],
  )
  return `${number} ${operation?.name?.value ?? ''} ${JSON.stringify(given)}`
}

const known = new WeakMap<OperationDefinitionNode, string[]>()

/** The variables of an operation, except those that are used only for the stream's argument `after`. */
function variablesOfEvents(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const before = known.get(operation)
  if (before) return before
  const beginnings = new Set(
    operation.selectionSet.selections.flatMap((field) =>
      field.kind === Kind.FIELD
        ? (field.arguments ?? []).filter(({ name }) => name.value === 'after').map(({ value }) => value)
        : [],
    ),
  )
  const used = new Set<string>()
  visit(document, {
    VariableDefinition: () => false,
    Variable(node) {
      if (!beginnings.has(node)) used.add(node.name.value)
    },
  })
  const names = [...used].sort()
  known.set(operation, names)
  return names
}
