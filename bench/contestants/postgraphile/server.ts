// PostGraphile as its documentation recommends for production: Amber, Grafserv on node:http, the viewer passed to the
// database by `pgSettings` (so each request is a transaction), permissions in SQL. Documents, plans and statements are
// cached by its defaults.
import { createServer, type IncomingMessage } from 'node:http'
import pg from 'pg'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import domain from '../domain.sql'
import { databaseUrl, jwtSecret, poolSize, port } from '../environment.js'
import { subjectOf } from '../viewer.js'
import schema from './schema.sql'

const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize })
await pool.query(domain)
await pool.query(schema)

const viewers = new Map<string, string>()

async function viewerOf(authorization: string | undefined): Promise<string> {
  const subject = subjectOf(authorization, jwtSecret)
  let viewer = viewers.get(subject)
  if (viewer === undefined) {
    const { rows } = await pool.query<{ id: string }>('select id from "user" where subject = $1', [subject])
    viewer = rows[0]?.id ?? ''
    viewers.set(subject, viewer)
  }
  return viewer
}

/** Data is reachable only from an org, from the viewer, and from a mutation's payload. */
const PathsPlugin: GraphileConfig.Plugin = {
  name: 'PathsPlugin',
  schema: {
    hooks: {
      GraphQLObjectType_fields(fields, _build, { scope: { isRootQuery } }) {
        if (isRootQuery)
          for (const name of Object.keys(fields))
            if (!['id', 'query', 'org', 'viewer'].includes(name)) delete fields[name]
        return fields
      },
    },
  },
}

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [PathsPlugin],
  pgServices: [makePgService({ pool, schemas: ['bench_graph'], pubsub: false })],
  schema: { defaultBehavior: '-insert -update -delete' },
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false, websockets: false },
  grafast: {
    explain: false,
    async context({ node }: { node?: { req: IncomingMessage } }) {
      return { pgSettings: { 'viewer.id': await viewerOf(node?.req.headers.authorization) } }
    },
  },
})

const server = createServer()
await instance.createServ(grafserv).addTo(server)
server.listen(port, '127.0.0.1')
