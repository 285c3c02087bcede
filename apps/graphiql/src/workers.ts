import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker'
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker'
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker'

// The editor's workers come from our own bundle, not from another server.
Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker(_: string, label: string): Worker {
      if (label === 'json') return new JsonWorker()
      if (label === 'graphql') return new GraphQLWorker()
      return new EditorWorker()
    },
  },
})
