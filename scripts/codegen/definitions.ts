import type { Types } from '@graphql-codegen/plugin-helpers'
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

/** The operations and the fragments of some documents. Each fragment and each operation has a name of its own. */
export interface Definitions {
  readonly operations: readonly OperationDefinitionNode[]
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

export function definitionsIn(documents: readonly Types.DocumentFile[]): Definitions {
  const definitions = documents.flatMap(({ document }) => document?.definitions ?? [])
  const fragments = definitions.filter(isFragment).map((fragment) => [fragment.name.value, fragment] as const)
  return { operations: definitions.filter(isOperation), fragments: new Map(fragments) }
}

const isFragment = (node: DefinitionNode): node is FragmentDefinitionNode =>
  node.kind === Kind.FRAGMENT_DEFINITION
const isOperation = (node: DefinitionNode): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION

/** Every fragment that a definition needs, those that its fragments need too, each once. */
export function usedBy(
  definition: DefinitionNode,
  fragments: Definitions['fragments'],
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

/** The constant of a fragment. */
export const constantOf = ({ name }: FragmentDefinitionNode) =>
  name.value.replace(/^./, (letter) => letter.toLowerCase())

/** The constant of an operation, and the names of the types that typescript-operations writes for it. */
export function namesOf({ name, operation }: OperationDefinitionNode) {
  if (!name) throw new Error(`A ${operation} has no name.`)
  const type = `${name.value}${operation.replace(/^./, (letter) => letter.toUpperCase())}`
  return { constant: `${name.value}Document`, types: `${type}, ${type}Variables` }
}

/** A definition as a string literal, without white space that GraphQL ignores. */
export const textOf = (definition: DefinitionNode) =>
  JSON.stringify(stripIgnoredCharacters(print(definition)))

/** Makes a typed document. Bundlers leave the call out if nothing uses its result. */
export const call = (types: string, parts: readonly string[]) =>
  `/* @__PURE__ */ document<${types}>(${parts.join(', ')})`
