import DataLoader from 'dataloader'
import { listedTokens } from '../../domain/apiTokens/listedTokens.js'
import { effectivePermissionsOf } from '../../domain/core/effectivePermissions.js'
import { forbidden, unauthenticated } from '../../errors.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import type { ItemLimits } from '../limits/cost.js'
import { loadById } from '../loaders/loadById.js'
import { perOperation } from '../loaders/perOperation.js'
import { reachableAsNode } from '../node.js'
import { readTime } from '../readTime.js'
import { authorityIn } from '../viewer.js'
import { PermissionType } from './permission.js'

/** What tokens may do now, each looked up along its chain of makers. */
const permissionsOfTokens = perOperation(
  ({ app }) =>
    new DataLoader((tokenIds: readonly string[]) => effectivePermissionsOf(app.database, tokenIds)),
)

export const ApiTokenType = builder.prismaNode('ApiToken', {
  id: { field: 'id', description: 'Global id; not the secret.' },
  // Everything but the hash, which leaves the database for nobody.
  select: {
    id: true,
    orgId: true,
    name: true,
    permissions: true,
    createdAt: true,
    createdById: true,
    createdByTokenId: true,
    expiresAt: true,
    lastUsedAt: true,
    revokedAt: true,
  },
  description:
    'A credential of a program: `gh_…`, of one org or of the instance, acting by its own permissions and as no user.',
  fields: (t) => ({
    org: t.relation('org', {
      nullable: true,
      description: 'Null for an instance token, and unless the viewer may ORG_READ there.',
      authScopes: ({ orgId }) => orgId === null || { permission: { orgId, permission: 'ORG_READ' } },
      unauthorizedResolver: () => null,
    }),
    name: t.exposeString('name', { description: 'What it is for, in its maker’s words.' }),
    permissions: t.field({
      type: [PermissionType],
      description:
        'What it may do now: what it was granted, less what its maker has lost since. None once it is revoked or has run out.',
      resolve: async ({ id, permissions, expiresAt }, _args, context, info) => {
        if (expiresAt && expiresAt <= readTime(context, info)) return []
        const held = await permissionsOfTokens(context).load(id)
        return permissions.filter((permission) => held.has(permission))
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    createdBy: t.relation('createdBy', {
      nullable: true,
      description: 'Who made it. Null where another token did.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'From when on it is not valid any more: never later than the token that made it. Null: never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; it stays listed.',
    }),
  }),
})

const apiTokensById = loadById('apiToken')

/** A token by id, null where the viewer may not read it. */
export async function visibleApiToken(context: Context, id: string) {
  const token = await apiTokensById(context).load(id)
  return token && (await mayReadTokens(context, token.orgId)) ? token : null
}

/** @param orgId null: tokens of the instance */
async function mayReadTokens(context: Context, orgId: string | null): Promise<boolean> {
  const { actor } = context
  if (orgId !== null) return (await authorityIn(context, orgId)).permissions.has('API_TOKEN_READ')
  return actor.kind === 'token' && actor.orgId === null && actor.permissions.has('API_TOKEN_READ')
}

builder.queryField('apiTokens', (t) =>
  t.prismaField({
    type: ['ApiToken'],
    // Those that are valid, and as many that are not any more.
    extensions: { maxItems: ({ apiTokensPerOrg }: ItemLimits) => 2 * apiTokensPerOrg },
    args: { orgId: t.arg.id({ description: 'Global id of the org. Left out: tokens of the instance.' }) },
    description:
      'Tokens of one org, or instance tokens where `orgId` is left out; newest first. All that are valid, and as many of those that were revoked or have expired as may be valid. FORBIDDEN without API_TOKEN_READ, for outsiders alike.',
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
