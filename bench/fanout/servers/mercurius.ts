// Mercurius with its own pub/sub, as in its guide.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { jwtSecret, port } from '../../contestants/environment.js'
import { subjectOf } from '../../contestants/viewer.js'
import { type Event, numbered, type Trigger, triggers } from './sample.js'
import { schema } from './schema.js'

const app = Fastify()
await app.register(mercurius, {
  schema,
  jit: 1,
  path: '/graphql',
  resolvers: {
    Subscription: {
      orgInviteEvents: {
        subscribe: (_root: unknown, { orgId }: { orgId: string }, { pubsub }: Event) =>
          pubsub.subscribe(orgId),
      },
    },
  } as never,
  subscription: {
    onConnect: ({ payload }: Event) => ({ subject: subjectOf(payload.authorization, jwtSecret) }),
  },
} as never)

const take = triggers((sample, seq) =>
  app.graphql.pubsub.publish({
    topic: sample.orgId,
    payload: { orgInviteEvents: numbered(sample, seq) },
  } as never),
)
app.post('/events', async (request) => {
  await take(request.body as Trigger)
  return {}
})
await app.listen({ port, host: '127.0.0.1' })
