// `npm run codegen`: writes the typed documents that codegen.ts describes. It calls the core of graphql-codegen, because
// the package with its command line brings 300 others.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codegen } from '@graphql-codegen/core'
import * as typedDocumentNode from '@graphql-codegen/typed-document-node'
import * as typescriptOperations from '@graphql-codegen/typescript-operations'
import { parse } from 'graphql'
import config from '../codegen.js'
import { plugin as documentNodes } from './codegen/documentNodes.js'
import { plugin as documentTexts } from './codegen/documentTexts.js'
import { plugin as forCaches } from './codegen/forCaches.js'
import { plugin as introspection } from './codegen/introspection.js'
import { plugin as refusalTypes } from './codegen/refusalTypes.js'

const pluginMap = {
  'typescript-operations': typescriptOperations,
  'typed-document-node': typedDocumentNode,
  'document-nodes': { plugin: documentNodes },
  'document-texts': { plugin: documentTexts },
  'for-caches': { plugin: forCaches },
  introspection: { plugin: introspection },
  'refusal-types': { plugin: refusalTypes },
}

for (const [filename, output] of Object.entries(config.generates)) {
  const text = await codegen({
    filename,
    schema: parse(readFileSync(config.schema, 'utf8')),
    documents: 'documents' in output ? documentsIn(output.documents) : [],
    pluginMap,
    plugins: output.plugins.map((name) => ({ [name]: {} })),
    config: output.config,
  })
  write(filename, text)
}

/** The documents in a folder and in the folders below it. */
function documentsIn(glob: string) {
  const [folder = ''] = glob.split('/**')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => {
      const location = join(folder, name)
      return { location, document: parse(readFileSync(location, 'utf8')) }
    })
}

/** Replaces a file at once, and only if it changes: npm generates while it packs, beside whoever reads these files. */
function write(filename: string, text: string): void {
  try {
    if (readFileSync(filename, 'utf8') === text) return
  } catch {
    // There is no such file yet.
  }
  mkdirSync(dirname(filename), { recursive: true })
  const written = `${filename}.${process.pid}`
  writeFileSync(written, text)
  renameSync(written, filename)
}
