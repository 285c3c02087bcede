/// <reference types="vite/types/importMeta.d.ts" />
import { type DefinitionNode, parse, visit } from 'graphql'

const files = import.meta.glob<string>('../../../operations/**/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
})

interface Written {
  readonly text: string
  readonly definition: DefinitionNode
}

/** Every operation and fragment of the repository by its name, as it is written, comments included. */
const written = new Map<string, Written>()
for (const text of Object.values(files))
  for (const definition of parse(text, { noLocation: true }).definitions)
    if ('name' in definition && definition.name) written.set(definition.name.value, { text, definition })

const spreadsIn = (definition: DefinitionNode): string[] => {
  const names: string[] = []
  visit(definition, { FragmentSpread: ({ name }) => void names.push(name.value) })
  return names
}

/**
 * An operation, called `title`, together with the fragments that it spreads, so that it can be run and changed as
 * it stands.
 * @throws where operations/ has no such name: the build's tabs and the operations belong together
 */
export const operationText = (name: string, title: string): string => {
  const needed = new Set<string>([name])
  for (const each of needed) {
    const found = written.get(each)
    if (found === undefined) throw new Error(`operations/ has no ${each}`)
    for (const spread of spreadsIn(found.definition)) needed.add(spread)
  }
  const text = [...needed].map((each) => written.get(each)?.text.trim()).join('\n\n')
  return text.replace(new RegExp(`^(query|mutation|subscription) ${name}\\b`, 'm'), `$1 ${title}`)
}
