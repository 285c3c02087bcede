import { GraphQLError, Kind, type SelectionSetNode, type ValidationRule } from 'graphql'

/**
 * A stream's one field has no `@skip` or `@include`: left out, there would be no stream to begin (GraphQL
 * specification, September 2025, Single Root Field; graphql-js 16 doesn't look).
 */
export const unconditionalStreams: ValidationRule = (context) => {
  const seen = new Set<string>()
  const look = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      const condition = selection.directives?.find(({ name }) => ['skip', 'include'].includes(name.value))
      if (condition)
        context.reportError(
          new GraphQLError('A subscription’s root field can’t be under @skip or @include.', {
            nodes: condition,
          }),
        )
      if (selection.kind === Kind.INLINE_FRAGMENT) look(selection.selectionSet)
      if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) continue
      seen.add(selection.name.value)
      const fragment = context.getFragment(selection.name.value)
      if (fragment) look(fragment.selectionSet)
    }
  }
  return {
    OperationDefinition({ operation, selectionSet }) {
      if (operation === 'subscription') look(selectionSet)
    },
  }
}
