/**
 * A process that starts the HTTP server, uses every transport and closes it. Then nothing may keep
 * the process alive.
 */
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { createLog } from '../../../src/lib/log.js'
import { readSettings } from '../../../src/settings/settings.js'
import { createServer } from '../../../src/start/server.js'
import { callers, fakeSchema, newState } from './fakeSchema.js'

const state = newState()
const server = createServer({
  settings: readSettings({ PORT: '0' }),
  schema: fakeSchema(state),
  log: createLog({ level: 'silent', production: true }),
  callers: callers(state),
  ready: async () => true,
})
const { url } = await server.listen()

const client = createClient({
  url: `${url.replace('http', 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  retryAttempts: 0,
})
client.subscribe({ query: 'subscription { ticks }' }, { next() {}, error() {}, complete() {} })
const events = await fetch(`${url}/graphql?query=subscription{ticks}`, {
  headers: { accept: 'text/event-stream' },
})
await fetch(`${url}/graphql?query={hello}`).then((response) => response.text())
while (state.open < 2) await new Promise((resolve) => setTimeout(resolve, 5))
process.stdout.write('served\n')

const drained = events.text()
await server.close()
await drained
await client.dispose()
// If anything keeps the process alive, it is still here then and exits with 1.
setTimeout(() => process.exit(1), 3_000).unref()
process.stdout.write('closed\n')
