import type { CodegenConfig } from '@graphql-codegen/cli'

// Typed documents from the one set of operations that the pages, the tests and the examples share.
// Documents are strings: nothing that runs them has to carry a GraphQL printer.
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['operations/**/*.graphql'],
  emitLegacyCommonJSImports: false,
  importExtension: '.js',
  silent: true,
  generates: {
    'operations/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: { DateTime: 'string', ID: 'string', JSONObject: 'Record<string, unknown>' },
      },
    },
  },
}

export default config
