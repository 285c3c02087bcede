import DataLoader from 'dataloader'
import { listedTokens } from '../../domain/apiTokens/listedTokens.js'
import { effectivePermissionsOf } from '../../domain/core/effectivePermissions.js'
import { forbidden, unauthenticated } from '../../errors.js'
import { builder } from '../builder.js'
import { decodeId } from '../globalId.js'
import type { ItemLimits } from '../limits/cost.js'
import { mayReadTokens, visibleApiToken } from '../loaders/apiToken.js'
import { perOperation } from '../loaders/perOperation.js'
import { reachableAsNode } from '../node.js'
import { readTime } from '../readTime.js'
import { createdBy } from './createdBy.js'
import { PermissionType } from './permission.js'

/** Loads the permissions that tokens have now. They depend on the whole chain of creators. */
const permissionsOfTokens = perOperation(
  ({ app }) =>
    new DataLoader((tokenIds: readonly string[]) => effectivePermissionsOf(app.database, tokenIds)),
)

export const ApiTokenType = builder.prismaNode('ApiToken', {
  id: { field: 'id', description: 'Global id. It is not the secret.' },
  description:
    'A credential for a program, `gh_…`. It belongs to one org or to the whole instance, has permissions of its own, and acts for no user.',
  fields: (t) => ({
    org: t.relation('org', {
      nullable: true,
      description:
        'The org that the token belongs to. Null for an instance token, and if the viewer lacks ORG_READ.',
      authScopes: ({ orgId }) => orgId === null || { permission: { orgId, permission: 'ORG_READ' } },
      unauthorizedResolver: () => null,
    }),
    name: t.exposeString('name', { description: 'What the token is for, as its creator put it.' }),
    permissions: t.field({
      type: [PermissionType],
      description:
        'The permissions that it has now: those it was granted, without those that its creator has lost. None once it is revoked or expired.',
      resolve: async ({ id, permissions, expiresAt }, _args, context, info) => {
        if (expiresAt && expiresAt <= readTime(context, info)) return []
        const held = await permissionsOfTokens(context).load(id)
        return permissions.filter((permission) => held.has(permission))
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    createdBy: t.field(createdBy('another token')),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it becomes invalid, at the latest when the token that created it does. Null: never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, precise to the minute.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked. A revoked token stays in the list.',
    }),
  }),
})

builder.queryField('apiTokens', (t) =>
  t.prismaField({
    type: ['ApiToken'],
    // All valid tokens, and at most the same number of revoked and expired ones.
    extensions: { maxItems: ({ apiTokensPerOrg }: ItemLimits) => 2 * apiTokensPerOrg },
    args: { orgId: t.arg.id({ description: 'Global id of the org. If left out: instance tokens.' }) },
    description:
      'API tokens of one org, or instance tokens, newest first: all valid ones, and a limited number of revoked and expired ones. FORBIDDEN without API_TOKEN_READ, and if there is no such org.',
    resolve: async (query, _root, args, context) => {
      if (context.actor.kind === 'nobody') throw unauthenticated()
      const orgId = args.orgId == null ? null : decodeId('Org', args.orgId)
      if ((args.orgId != null && orgId === null) || !(await mayReadTokens(context, orgId))) throw forbidden()
      return context.app.prisma.apiToken.findMany({
        ...query,
        where: {
          id: { in: await listedTokens(context.app.database, orgId, context.app.rules.apiTokensPerOrg) },
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      })
    },
  }),
)

reachableAsNode('ApiToken', visibleApiToken)
