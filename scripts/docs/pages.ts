import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import { settingsReference } from '../../src/settings/settings.js'
import { reference } from './reference.js'

const at = (path: string) => new URL(`../../${path}`, import.meta.url)

/** The generated pages of docs/, by path. */
export function generatedPages(): Record<string, string> {
  return {
    'docs/reference.md': reference(buildSchema(readFileSync(at('schema.graphql'), 'utf8'))),
    'docs/settings.md': `# Settings

Settings are environment variables. The server reads them once, when it starts. An empty variable counts as unset. If a
setting is wrong or missing, the server does not start, and prints one message that names every wrong setting.
\`npm run docs\` writes this page from the code.

${settingsReference()}`,
  }
}
