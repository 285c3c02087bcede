import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import { settingsReference } from '../../src/settings/settings.js'
import { cliPage } from './cli.js'
import { reference } from './reference.js'
import { messageJsonSchema, messageTypes } from './webhooks.js'
import { webhooksPage } from './webhooksPage.js'

const at = (path: string) => new URL(`../../${path}`, import.meta.url)

/** The generated pages of docs/ and the types of webhooks, by path. */
export function generatedPages(): Record<string, string> {
  const schema = buildSchema(readFileSync(at('schema.graphql'), 'utf8'))
  return {
    'docs/cli.md': cliPage(),
    'docs/reference.md': reference(schema),
    'docs/webhooks.md': webhooksPage(schema),
    'packages/client/src/webhookMessages.ts': messageTypes(schema),
    'packages/client/webhook-messages.schema.json': `${JSON.stringify(messageJsonSchema(schema), null, 2)}\n`,
    'docs/settings.md': `# Settings

Settings are environment variables, or lines of a configuration file. The server reads them once, when it starts. An empty
variable counts as unset. If a setting is wrong or missing, the server does not start, and one message names every wrong
setting. \`guildhall settings\` lists what is in force. \`npm run docs\` writes this page from the code.

## Secrets in files

A secret can be in a file of its own: \`DATABASE_URL_FILE\` names the file that holds \`DATABASE_URL\`, and so on
([deploying.md](deploying.md#secrets)). The tables below say for which settings this holds.

## A configuration file

The server and its commands read \`guildhall.config.yaml\`, \`.yml\` or \`.json\` in the working directory, or the file that
\`GUILDHALL_CONFIG\` names:

\`\`\`yaml
APP_URL: https://app.example.com
PORT: 4000
GRAPHIQL: false
ALLOWED_ORIGINS:
  - https://app.example.com
  - https://*.preview.example.com
DATABASE_URL_FILE: /run/secrets/database-url
\`\`\`

- The names are those of the tables below. A value means what the same text means in the environment. Settings with several
  values, separated by commas, can be lists.
- A variable of the environment wins over the file. Paths are relative to the working directory.
- A name that is not a setting is an error, because only Guildhall reads this file.
- YAML without tags and aliases, or JSON; at most 64 KB.
- Secrets may be in the file. If every user of the machine can read it then, the server logs a warning.

${settingsReference()}`,
  }
}
