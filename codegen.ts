import type { Types } from '@graphql-codegen/plugin-helpers'

// Typed documents from the one set of operations that the pages, the tests and the examples share. `npm run codegen`
// writes them (scripts/codegen.ts). Documents are strings: nothing that runs them has to carry a GraphQL printer.
export default {
  schema: 'schema.graphql',
  documents: 'operations/**/*.graphql',
  generates: {
    'operations/generated/graphql.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        documentMode: 'string',
        enumType: 'string-literal',
        useTypeImports: true,
        strictScalars: true,
        scalars: { DateTime: 'string', ID: 'string', JSONObject: 'Record<string, unknown>' },
      },
    },
  },
} satisfies Types.Config
