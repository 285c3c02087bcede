import type { Types } from '@graphql-codegen/plugin-helpers'

// Typed documents, and what else is made from the schema. `npm run codegen` writes them (scripts/codegen.ts).
const config = {
  enumType: 'string-literal',
  useTypeImports: true,
  strictScalars: true,
  scalars: { DateTime: 'string', ID: 'string', JSONObject: 'Record<string, unknown>' },
}
// The one set of operations that the pages, the tests, the examples and the client package share.
const documents = 'operations/**/*.graphql'

export default {
  schema: 'schema.graphql',
  generates: {
    // Documents as strings: nothing that runs them has to carry a GraphQL printer.
    'operations/generated/graphql.ts': {
      documents,
      plugins: ['typescript-operations', 'typed-document-node'],
      config: { ...config, documentMode: 'string' },
    },
    // What integrators import. Their libraries take syntax trees.
    'packages/client/src/generated/operations.ts': {
      documents,
      plugins: ['typescript-operations', 'document-nodes'],
      config,
    },
    'packages/client/src/generated/refusals.ts': { plugins: ['refusal-types'], config: {} },
    'packages/client/src/generated/caches.ts': { plugins: ['for-caches'], config: {} },
    'packages/client/src/generated/introspection.ts': { plugins: ['introspection'], config: {} },
    // The hooks ask for fewer fields than the shared operations, and send text.
    'packages/react/src/generated/documents.ts': {
      documents: 'packages/react/operations/**/*.graphql',
      plugins: ['typescript-operations', 'document-texts'],
      config: { ...config, immutableTypes: true },
    },
  },
} satisfies Types.Config
