import type { PluginFunction } from '@graphql-codegen/plugin-helpers'
import type { ASTNode, DefinitionNode, OperationDefinitionNode } from 'graphql'
import { call, constantOf, definitionsIn, namesOf, textOf, usedBy } from './definitions.js'

/**
 * Writes each operation and each fragment as a constant with its syntax tree, its text and its types. So nothing that
 * runs them needs a parser or a printer. A fragment is written once, and bundlers leave out what an app doesn't import.
 */
export const plugin: PluginFunction = (_schema, documents) => {
  const { operations, fragments } = definitionsIn(documents)
  const parts = [...fragments.values()].map(
    (fragment) => `const ${constantOf(fragment)} = ${part(fragment)}\n`,
  )
  const ofFragments = [...fragments.values()].map((fragment) => {
    const name = fragment.name.value
    const all = [constantOf(fragment), ...usedBy(fragment, fragments).map(constantOf)]
    return `export const ${name}FragmentDoc = ${call(`${name}Fragment, never`, all)}\n`
  })
  const ofOperations = operations.map((operation) => {
    const { constant, types } = namesOf(operation)
    const all = [part(operation), ...usedBy(operation, fragments).map(constantOf)]
    return `${description(operation)}export const ${constant} = ${call(types, all)}\n`
  })
  return {
    prepend: ["import { document } from '../operations/document.js'"],
    content: [...parts, ...ofFragments, ...ofOperations].join('\n'),
  }
}

const part = (definition: DefinitionNode) =>
  `{ text: ${textOf(definition)}, definition: ${JSON.stringify(bare(definition))} }`

/** A syntax tree without places, and without lists that are empty. */
function bare(node: ASTNode): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value) =>
      key === 'loc' || value === false || (Array.isArray(value) && value.length === 0) ? undefined : value,
    ),
  )
}

/** The comment at the head of an operation’s file. */
function description({ loc }: OperationDefinitionNode): string {
  const head = (loc?.source.body ?? '').slice(0, loc?.start)
  const lines = [...head.matchAll(/^# ?(.*)$/gm)].map(([, line]) => line)
  return lines.length === 0 ? '' : `/** ${lines.join(' ')} */\n`
}
