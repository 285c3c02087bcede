import { builder, globalId, uuidOf } from './builder.js'
import { prisma } from './database.js'

builder.prismaObject('User', {
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => globalId('User', id) }),
    name: t.exposeString('name', { nullable: true }),
    email: t.exposeString('email', { nullable: true }),
  }),
})

export const OrgUser = builder.prismaObject('OrgUser', {
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => globalId('OrgUser', id) }),
    roles: t.stringList({ resolve: ({ roles }) => roles }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime' }),
    user: t.relation('user'),
  }),
})

export const OrgInvite = builder.prismaObject('OrgInvite', {
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => globalId('OrgInvite', id) }),
    email: t.exposeString('email'),
    roles: t.stringList({ resolve: ({ roles }) => roles }),
    status: t.string({
      resolve: ({ status, expiresAt }) =>
        status === 'PENDING' && expiresAt <= new Date() ? 'EXPIRED' : status,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    invitedBy: t.relation('invitedBy', { nullable: true }),
  }),
})

const rolesIn = async (orgId: string, userId: string) =>
  (await prisma.orgUser.findUnique({ where: { orgId_userId: { orgId, userId } } }))?.roles ?? []
export const isAdmin = (roles: readonly string[]) => roles.some((role) => role !== 'USER')

const list = (name: string, type: typeof OrgUser | typeof OrgInvite) =>
  builder.objectRef<{ nodes: unknown[] }>(name).implement({
    fields: (t) => ({ nodes: t.field({ type: [type], resolve: ({ nodes }) => nodes as never }) }),
  })
const OrgUsers = list('OrgUserConnection', OrgUser)
const OrgInvites = list('OrgInviteConnection', OrgInvite)

builder.prismaObject('Org', {
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => globalId('Org', id) }),
    name: t.exposeString('name'),
    status: t.string({ resolve: ({ status }) => status }),
    users: t.field({
      type: OrgUsers,
      args: { first: t.arg.int({ required: true }) },
      resolve: async ({ id }, { first }) => ({
        nodes: await prisma.orgUser.findMany({
          where: { orgId: id },
          orderBy: [{ joinedAt: 'asc' }, { id: 'asc' }],
          take: first,
          include: { user: true },
        }),
      }),
    }),
    invites: t.field({
      type: OrgInvites,
      nullable: true,
      args: { first: t.arg.int({ required: true }) },
      resolve: async ({ id }, { first }, { viewerId }) =>
        isAdmin(await rolesIn(id, viewerId))
          ? {
              nodes: await prisma.orgInvite.findMany({
                where: { orgId: id },
                orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
                take: first,
                include: { invitedBy: true },
              }),
            }
          : null,
    }),
  }),
})

builder.queryType({
  fields: (t) => ({
    viewer: t.prismaField({
      type: 'User',
      nullable: true,
      resolve: (query, _root, _args, { viewerId }) =>
        prisma.user.findUnique({ ...query, where: { id: viewerId } }),
    }),
    org: t.prismaField({
      type: 'Org',
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: async (query, _root, { id }, { viewerId }) =>
        prisma.org.findFirst({
          ...query,
          where: { id: uuidOf(String(id)), orgUsers: { some: { userId: viewerId } } },
        }),
    }),
  }),
})
