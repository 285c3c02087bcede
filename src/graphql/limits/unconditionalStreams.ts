import { GraphQLError, Kind, type SelectionSetNode, type ValidationRule } from 'graphql'

/**
 * A subscription's root field must not have `@skip` or `@include`: without the field there is no stream to start
 * (GraphQL specification, September 2025, Single Root Field). graphql-js 16 does not check this.
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
