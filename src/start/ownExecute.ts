import { execute } from 'graphql'
import { compiledExecute } from '../accelerator/executor/ownDocuments.js'
import { schema } from '../graphql/schema.js'
import type { Execute } from '../graphql/webhookBodies.js'
import type { Log } from '../lib/log.js'
import type { Settings } from '../settings/settings.js'

/** Executes the server's own documents, which write the messages of webhooks. */
export function ownExecute(accelerator: Settings['accelerator'], log: Log): Execute {
  return accelerator.includes('executor')
    ? compiledExecute(schema, log)
    : (args) => execute({ ...args, schema })
}
