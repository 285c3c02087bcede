// The usual first version: Yoga, Pothos and Prisma as in their guides, with a resolver for every field.
import { createServer } from 'node:http'
import { createYoga } from 'graphql-yoga'
import { jwtSecret, port } from '../environment.js'
import { subjectOf } from '../viewer.js'
import { builder, type Context } from './builder.js'
import { prisma } from './database.js'
import './queries.js'
import './mutations.js'

const viewers = new Map<string, string>()

const yoga = createYoga({
  schema: builder.toSchema(),
  context: async ({ request }): Promise<Context> => {
    const subject = subjectOf(request.headers.get('authorization') ?? undefined, jwtSecret)
    let viewerId = viewers.get(subject)
    if (viewerId === undefined) {
      viewerId = (await prisma.user.findUniqueOrThrow({ where: { subject } })).id
      viewers.set(subject, viewerId)
    }
    return { viewerId }
  },
})

createServer((req, res) => void yoga(req, res)).listen(port, '127.0.0.1')
