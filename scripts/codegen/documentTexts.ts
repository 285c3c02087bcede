import type { PluginFunction } from '@graphql-codegen/plugin-helpers'
import { call, constantOf, definitionsIn, namesOf, textOf, usedBy } from './definitions.js'

/**
 * Writes each operation as a constant with its text and its types. A fragment is written once, and bundlers leave out what
 * nothing imports.
 */
export const plugin: PluginFunction = (_schema, documents) => {
  const { operations, fragments } = definitionsIn(documents)
  const ofFragments = [...fragments.values()].map(
    (fragment) => `const ${constantOf(fragment)} = ${textOf(fragment)}\n`,
  )
  const ofOperations = operations.map((operation) => {
    const { constant, types } = namesOf(operation)
    const all = [textOf(operation), ...usedBy(operation, fragments).map(constantOf)]
    return `export const ${constant} = ${call(types, all)}\n`
  })
  return {
    prepend: ["import { document } from '../api/document.js'"],
    content: [...ofFragments, ...ofOperations].join('\n'),
  }
}
