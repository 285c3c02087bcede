import { MAX_DESCRIPTION } from '../../domain/appRoles/appRoleInput.js'
import { MAX_APP_ROLES, USUAL_APP_PERMISSIONS } from '../../domain/core/appRole.js'
import { builder } from '../builder.js'
import { appRolesById } from '../loaders/appRole.js'
import { reachableAsNode } from '../node.js'
import { OrgRoleNameType } from './permission.js'

export const AppRoleType = builder.prismaNode('AppRole', {
  id: { field: 'id', description: 'Global id.' },
  description:
    'A role of the host application. Guildhall keeps it, grants it, streams it and signs it into org access tokens. What it permits is for the host application to decide: it permits nothing in Guildhall itself. Everyone who is signed in can read it.',
  fields: (t) => ({
    key: t.exposeString('key', {
      description:
        'The name for programs, unique: a to z first, then a to z, 0 to 9 and _ . : -, at most 63 characters. It never changes.',
    }),
    name: t.exposeString('name', { description: 'The name for people.' }),
    description: t.exposeString('description', {
      extensions: { maxLength: MAX_DESCRIPTION },
      nullable: true,
      description: 'What the role is for.',
    }),
    permissions: t.exposeStringList('permissions', {
      extensions: { usualItems: USUAL_APP_PERMISSIONS },
      description: 'What it permits, in the host application’s own words, such as project:write.',
    }),
    assignableBy: t.field({
      type: OrgRoleNameType,
      description: 'The lowest rank that may grant it and take it away.',
      resolve: ({ assignableBy }) => assignableBy,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

builder.queryField('appRoles', (t) =>
  t.prismaField({
    type: ['AppRole'],
    authScopes: { signedIn: true },
    extensions: { maxItems: MAX_APP_ROLES },
    description: 'The host application’s roles, by key. For everyone who is signed in, API tokens too.',
    resolve: (query, _root, _args, { app }) =>
      app.prisma.appRole.findMany({ ...query, orderBy: { key: 'asc' } }),
  }),
)

reachableAsNode('AppRole', async (context, id) =>
  context.actor.kind === 'nobody' ? null : appRolesById(context).load(id),
)
