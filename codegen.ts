import type { Types } from '@graphql-codegen/plugin-helpers'

// Typed documents from the one set of operations that the pages, the tests, the examples and the client package share.
// `npm run codegen` writes them (scripts/codegen.ts).
const config = {
  enumType: 'string-literal',
  useTypeImports: true,
  strictScalars: true,
  scalars: { DateTime: 'string', ID: 'string', JSONObject: 'Record<string, unknown>' },
}

export default {
  schema: 'schema.graphql',
  documents: 'operations/**/*.graphql',
  generates: {
    // Documents as strings: nothing that runs them has to carry a GraphQL printer.
    'operations/generated/graphql.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: { ...config, documentMode: 'string' },
    },
    // What integrators import. Their libraries take syntax trees.
    'packages/client/src/generated/operations.ts': {
      plugins: ['typescript-operations', 'document-nodes'],
      config,
    },
    'packages/client/src/generated/refusals.ts': { plugins: ['refusal-types'], config: {} },
    'packages/client/src/generated/caches.ts': { plugins: ['for-caches'], config: {} },
    'packages/client/src/generated/introspection.ts': { plugins: ['introspection'], config: {} },
  },
} satisfies Types.Config
