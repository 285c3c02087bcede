// Mercurius with compiled queries and loaders, and hand-written prepared statements over pg.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { isGuarded, jwtSecret, port } from '../environment.js'
import { subjectOf } from '../viewer.js'
import { type Row, read, viewerOf } from './database.js'
import { guard } from './guard.js'
import { acceptInvite, createInvite } from './writes.js'

const schema = `
  type Query { viewer: User  org(id: ID!): Org }
  type User { id: ID!  name: String  email: String }
  type Org { id: ID!  name: String!  status: String!  users(first: Int!): OrgUsers!  invites(first: Int!): OrgInvites }
  type OrgUsers { nodes: [OrgUser!]! }
  type OrgUser { id: ID!  roles: [String!]!  joinedAt: String!  user: User! }
  type OrgInvites { nodes: [OrgInvite!]! }
  type OrgInvite { id: ID!  email: String  roles: [String!]!  status: String!  createdAt: String!  expiresAt: String!  invitedBy: User }
  type Mutation {
    createOrgInvite(input: CreateOrgInviteInput!): CreateOrgInvitePayload!
    acceptOrgInvite(input: AcceptOrgInviteInput!): AcceptOrgInvitePayload!
  }
  input CreateOrgInviteInput { orgId: ID!  invitee: InviteeInput!  sendEmail: Boolean }
  input InviteeInput { email: String! }
  type CreateOrgInvitePayload { orgInvite: OrgInvite! }
  input AcceptOrgInviteInput { invite: OrgInviteRef! }
  input OrgInviteRef { orgInviteId: ID! }
  type AcceptOrgInvitePayload { orgInvite: OrgInvite!  orgUser: OrgUser! }
`
const globalId = (type: string) => (row: Row) => Buffer.from(`${type}:${row.id}`).toString('base64')
const uuidOf = (id: string) => Buffer.from(id, 'base64').toString('latin1').split(':')[1] ?? ''
const iso = (column: string) => (row: Row) => row[column].toISOString()

const usersOf = (column: string) => async (queries: { obj: Row }[]) => {
  const ids = [...new Set(queries.map(({ obj }) => obj[column]))]
  const rows = await read('users', 'select * from "user" where id = any($1)', [ids])
  const byId = new Map(rows.map((row) => [row.id, row]))
  return queries.map(({ obj }) => byId.get(obj[column]) ?? null)
}

const app = Fastify({ bodyLimit: 262_144 })
if (isGuarded) await guard(app)
await app.register(mercurius, {
  schema,
  jit: 1,
  ...(isGuarded && { queryDepth: 12 }),
  path: '/graphql',
  context: async (request) => ({
    viewer: await viewerOf(subjectOf(request.headers.authorization, jwtSecret)),
  }),
  resolvers: {
    Query: {
      viewer: async (_root: Row, _args: Row, { viewer }: Row) =>
        (await read('viewer', 'select * from "user" where id = $1', [viewer]))[0] ?? null,
      org: async (_root: Row, { id }: Row, { viewer }: Row) =>
        (
          await read(
            'org',
            'select org.*, m.roles as viewer_roles from org join org_user m on m.org_id = org.id and m.user_id = $2 where org.id = $1',
            [uuidOf(id), viewer],
          )
        )[0] ?? null,
    },
    Mutation: {
      createOrgInvite: async (_root: Row, { input }: Row, { viewer }: Row) => ({
        orgInvite: await createInvite(uuidOf(input.orgId), viewer, input.invitee.email),
      }),
      acceptOrgInvite: async (_root: Row, { input }: Row, { viewer }: Row) => {
        const { invite, member } = await acceptInvite(uuidOf(input.invite.orgInviteId), viewer)
        return { orgInvite: invite, orgUser: member }
      },
    },
    Org: {
      id: globalId('Org'),
      users: async ({ id }: Row, { first }: Row) => ({
        nodes: await read(
          'members',
          'select * from org_user where org_id = $1 order by joined_at, id limit $2',
          [id, first],
        ),
      }),
      invites: async ({ id, viewer_roles }: Row, { first }: Row) =>
        viewer_roles.some((role: string) => role !== 'USER')
          ? {
              nodes: await read(
                'invites',
                'select * from org_invite where org_id = $1 order by created_at desc, id desc limit $2',
                [id, first],
              ),
            }
          : null,
    },
    OrgUser: { id: globalId('OrgUser'), joinedAt: iso('joined_at') },
    OrgInvite: {
      id: globalId('OrgInvite'),
      status: ({ status, expires_at }: Row) =>
        status === 'PENDING' && expires_at <= new Date() ? 'EXPIRED' : status,
      createdAt: iso('created_at'),
      expiresAt: iso('expires_at'),
    },
    User: { id: globalId('User') },
  } as never,
  loaders: {
    OrgUser: { user: { loader: usersOf('user_id'), opts: { cache: false } } },
    OrgInvite: { invitedBy: { loader: usersOf('invited_by_id'), opts: { cache: false } } },
  } as never,
})

await app.listen({ port, host: '127.0.0.1' })
