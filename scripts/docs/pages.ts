import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import { settingsReference } from '../../src/settings/settings.js'
import { reference } from './reference.js'

const at = (path: string) => new URL(`../../${path}`, import.meta.url)

/** The pages of docs/ that are written from something else, by path. */
export function generatedPages(): Record<string, string> {
  return {
    'docs/reference.md': reference(buildSchema(readFileSync(at('schema.graphql'), 'utf8'))),
    'docs/settings.md': `# Settings

By environment variables, read once at the start. An empty one counts as unset. A bad or missing one stops the
start with one message that names all bad ones. This page is written from the code by \`npm run docs\`.

${settingsReference()}`,
  }
}
