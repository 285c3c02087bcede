/// <reference types="vite/types/importMeta.d.ts" />
import { type DefinitionNode, parse, visit } from 'graphql'

const files = import.meta.glob<string>('../../../operations/**/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
})

interface SourceDefinition {
  readonly text: string
  readonly definition: DefinitionNode
}

/** All operations and fragments in operations/ by name, with their comments. */
const definitions = new Map<string, SourceDefinition>()
for (const text of Object.values(files))
  for (const definition of parse(text, { noLocation: true }).definitions)
    if ('name' in definition && definition.name) definitions.set(definition.name.value, { text, definition })

const spreadsIn = (definition: DefinitionNode): string[] => {
  const names: string[] = []
  visit(definition, { FragmentSpread: ({ name }) => void names.push(name.value) })
  return names
}

/**
 * The text of an operation, renamed to `title`, with the fragments that it needs.
 * @throws if operations/ has no operation with this name
 */
export const operationText = (name: string, title: string): string => {
  const needed = new Set<string>([name])
  for (const each of needed) {
    const found = definitions.get(each)
    if (found === undefined) throw new Error(`operations/ has no ${each}`)
    for (const spread of spreadsIn(found.definition)) needed.add(spread)
  }
  const text = [...needed].map((each) => definitions.get(each)?.text.trim()).join('\n\n')
  return text.replace(new RegExp(`^(query|mutation|subscription) ${name}\\b`, 'm'), `$1 ${title}`)
}
