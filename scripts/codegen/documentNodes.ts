import type { PluginFunction } from '@graphql-codegen/plugin-helpers'
import {
  type ASTNode,
  type DefinitionNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql'

/**
 * Writes each operation and each fragment as a constant with its syntax tree, its text and its types. So nothing that
 * runs them needs a parser or a printer. A fragment is written once, and bundlers leave out what an app doesn't import.
 */
export const plugin: PluginFunction = (_schema, documents) => {
  const definitions = documents.flatMap(({ document }) => document?.definitions ?? [])
  const fragments = new Map(
    definitions.filter(isFragment).map((fragment) => [fragment.name.value, fragment] as const),
  )
  const parts = [...fragments.values()].map((fragment) => `const ${partName(fragment)} = ${part(fragment)}\n`)
  const ofFragments = [...fragments.values()].map((fragment) => {
    const name = fragment.name.value
    const all = [partName(fragment), ...usedBy(fragment, fragments).map(partName)]
    return `export const ${name}FragmentDoc = ${call(`${name}Fragment, never`, all)}\n`
  })
  const ofOperations = definitions.filter(isOperation).map((operation) => {
    const name = operation.name?.value ?? ''
    const kind = operation.operation.replace(/^./, (letter) => letter.toUpperCase())
    const types = `${name}${kind}, ${name}${kind}Variables`
    const all = [part(operation), ...usedBy(operation, fragments).map(partName)]
    return `${description(operation)}export const ${name}Document = ${call(types, all)}\n`
  })
  return {
    prepend: ["import { document } from '../operations/document.js'"],
    content: [...parts, ...ofFragments, ...ofOperations].join('\n'),
  }
}

const isFragment = (node: DefinitionNode): node is FragmentDefinitionNode =>
  node.kind === Kind.FRAGMENT_DEFINITION
const isOperation = (node: DefinitionNode): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION

const partName = (fragment: FragmentDefinitionNode) =>
  fragment.name.value.replace(/^./, (letter) => letter.toLowerCase())

const call = (types: string, parts: readonly string[]) =>
  `/* @__PURE__ */ document<${types}>(${parts.join(', ')})`

const part = (definition: DefinitionNode) =>
  `{ text: ${JSON.stringify(stripIgnoredCharacters(print(definition)))}, definition: ${JSON.stringify(bare(definition))} }`

/** Every fragment that a definition needs, those that its fragments need too, each once. */
function usedBy(
  definition: DefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FragmentDefinitionNode[] {
  const found = new Set<FragmentDefinitionNode>()
  const look = (node: ASTNode) =>
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value)
        if (!fragment) throw new Error(`There is no fragment ${name.value}.`)
        if (found.has(fragment)) return
        found.add(fragment)
        look(fragment)
      },
    })
  look(definition)
  return [...found]
}

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
