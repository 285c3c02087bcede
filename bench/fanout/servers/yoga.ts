// The usual first version: Yoga's pub/sub and graphql-ws as in their guides, one execution for each subscriber.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ExecutionArgs } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { createPubSub, createSchema, createYoga } from 'graphql-yoga'
import { WebSocketServer } from 'ws'
import { jwtSecret, port } from '../../contestants/environment.js'
import { subjectOf } from '../../contestants/viewer.js'
import { type Event, numbered, triggers } from './sample.js'
import { schema } from './schema.js'

const pubSub = createPubSub<{ orgInviteEvents: [orgId: string, event: Event] }>()
const take = triggers((sample, seq) => pubSub.publish('orgInviteEvents', sample.orgId, numbered(sample, seq)))

interface Context {
  connectionParams: { authorization: string }
}

const yoga = createYoga({
  schema: createSchema<Context>({
    typeDefs: schema,
    resolvers: {
      Subscription: {
        orgInviteEvents: {
          subscribe(_root, { orgId }: { orgId: string }, { connectionParams }) {
            subjectOf(connectionParams.authorization, jwtSecret)
            return pubSub.subscribe('orgInviteEvents', orgId)
          },
          resolve: (event: Event) => event,
        },
      },
    },
  }),
  logging: false,
})

const server = createServer(async (req, res) => {
  if (req.url !== '/events') return yoga(req, res)
  await take(JSON.parse(await text(req)))
  res.setHeader('content-length', 2).end('{}')
})

type Enveloped = ReturnType<typeof yoga.getEnveloped>
const enveloped = ({ rootValue }: ExecutionArgs) => rootValue as Pick<Enveloped, 'execute' | 'subscribe'>

useServer(
  {
    execute: (args) => enveloped(args).execute(args),
    subscribe: (args) => enveloped(args).subscribe(args),
    async onSubscribe(context, _id, params) {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        connectionParams: context.connectionParams,
        params,
      })
      const args = {
        schema,
        operationName: params.operationName ?? null,
        document: parse(params.query),
        variableValues: params.variables ?? null,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      }
      const errors = validate(args.schema, args.document)
      return errors.length > 0 ? errors : args
    },
  },
  new WebSocketServer({ server, path: '/graphql' }),
)
server.listen(port, '127.0.0.1')
