// PostGraphile's subscriptions as in its guide: `listen` on a PostgreSQL channel, one execution for each subscriber.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { postgraphile } from 'postgraphile'
import { jsonParse } from 'postgraphile/@dataplan/json'
import { makePgService } from 'postgraphile/adaptors/pg'
import { context, listen } from 'postgraphile/grafast'
import { grafserv } from 'postgraphile/grafserv/node'
import { parse } from 'postgraphile/graphql'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { extendSchema } from 'postgraphile/utils'
import { databaseUrl, jwtSecret, poolSize, port } from '../../contestants/environment.js'
import { subjectOf } from '../../contestants/viewer.js'
import { type Event, numbered, triggers } from './sample.js'
import { schema } from './schema.js'

const EventsPlugin = extendSchema({
  typeDefs: parse(schema.replaceAll(/type (?=Query|Subscription)/g, 'extend type ')),
  objects: {
    Subscription: {
      plans: {
        orgInviteEvents: {
          // The channel is the org's id: a channel name has at most 63 bytes.
          subscribePlan: (_root: Event, { $orgId }: Event) =>
            listen(context().get('pgSubscriber'), $orgId, jsonParse),
          plan: ($event: Event) => $event,
        },
      },
    },
  },
} as never)

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [EventsPlugin],
  pgServices: [
    makePgService({
      connectionString: databaseUrl,
      poolConfig: { max: poolSize },
      schemas: [],
      pubsub: true,
    }),
  ],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false, websockets: true },
  grafast: {
    explain: false,
    context({ ws }: Event) {
      subjectOf(ws?.normalizedConnectionParams?.authorization, jwtSecret)
      return {}
    },
  },
})
const graph = createServer()
await instance.createServ(grafserv).addTo(graph)

// One connection: with several the events could change their order.
const notifier = new pg.Pool({ connectionString: databaseUrl, max: 1 })
const take = triggers((sample, seq) =>
  notifier.query('select pg_notify($1, $2)', [sample.orgId, JSON.stringify(numbered(sample, seq))]),
)

const server = createServer(async (req, res) => {
  if (req.url !== '/events') return graph.emit('request', req, res)
  await take(JSON.parse(await text(req)))
  res.setHeader('content-length', 2).end('{}')
})
server.on('upgrade', (...upgrade) => graph.emit('upgrade', ...upgrade))
server.listen(port, '127.0.0.1')
