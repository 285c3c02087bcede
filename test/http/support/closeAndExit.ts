/** A process that starts the edge, uses every way in, closes it, and then has nothing left to do. */
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
// Should anything be left, the process is still there then, and says so by its exit code.
setTimeout(() => process.exit(1), 3_000).unref()
process.stdout.write('closed\n')
