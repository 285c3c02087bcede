import { DirectiveLocation, GraphQLDeprecatedDirective, GraphQLDirective, specifiedDirectives } from 'graphql'

/** The locations of `@deprecated` in the specification of September 2025. graphql-js adds one of the working draft. */
const DEPRECATED_LOCATIONS = [
  DirectiveLocation.FIELD_DEFINITION,
  DirectiveLocation.ARGUMENT_DEFINITION,
  DirectiveLocation.INPUT_FIELD_DEFINITION,
  DirectiveLocation.ENUM_VALUE,
]

/** GraphQL's own directives, with the locations of the released specification. */
export const releasedDirectives: readonly GraphQLDirective[] = specifiedDirectives.map((directive) =>
  directive === GraphQLDeprecatedDirective
    ? new GraphQLDirective({ ...directive.toConfig(), locations: DEPRECATED_LOCATIONS })
    : directive,
)
