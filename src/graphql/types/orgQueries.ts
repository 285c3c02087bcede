import { orgNameKey, parseOrgName } from '../../domain/core/orgName.js'
import { parseExternalId, parseOrgSlug } from '../../domain/orgs/orgProfile.js'
import { unauthenticated } from '../../errors.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import { connectionOf } from '../lists/connection.js'
import { orgsOfViewer, orgsSeen } from '../lists/org.js'
import { visibleOrg } from '../loaders/org.js'
import { OrgType } from './org.js'

/**
 * Finds an org among those that the viewer may see. It searches only these, so that the response time reveals nothing
 * about other orgs.
 */
async function findOrg(
  context: Context,
  which: { nameKey: string } | { slug: string } | { externalId: string },
) {
  const found = await context.app.prisma.org.findFirst({
    where: { ...which, ...orgsSeen(context) },
    select: { id: true },
  })
  return visibleOrg(context, found?.id ?? null)
}

const OrgConnectionType = connectionOf('Org', OrgType, 'orgs')

builder.queryFields((t) => ({
  org: t.field({
    type: 'Org',
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'Global id of the org.' }) },
    description: 'An org by id. Null if it doesn’t exist or the viewer may not see it.',
    resolve: (_root, { id }, context) => visibleOrg(context, decodeId('Org', id)),
  }),
  orgByName: t.field({
    type: 'Org',
    nullable: true,
    args: { name: t.arg.string({ required: true, description: 'The whole name, ignoring case.' }) },
    description: 'As `org`, by name.',
    resolve: async (_root, { name }, context) => {
      const parsed = context.actor.kind === 'nobody' ? null : parseOrgName(name)
      if (!parsed?.ok) return null
      return findOrg(context, { nameKey: orgNameKey(parsed.value) })
    },
  }),
  orgBySlug: t.field({
    type: 'Org',
    nullable: true,
    args: { slug: t.arg.string({ required: true, description: 'The slug.' }) },
    description: 'As `org`, by slug.',
    resolve: async (_root, { slug }, context) => {
      const parsed = context.actor.kind === 'nobody' ? null : parseOrgSlug(slug)
      return parsed?.ok ? findOrg(context, { slug: parsed.value }) : null
    },
  }),
  orgByExternalId: t.field({
    type: 'Org',
    nullable: true,
    args: {
      externalId: t.arg.string({ required: true, description: 'The host application’s id of the org.' }),
    },
    description: 'As `org`, by the host application’s own id.',
    resolve: async (_root, { externalId }, context) => {
      const parsed = context.actor.kind === 'nobody' ? null : parseExternalId(externalId)
      return parsed?.ok ? findOrg(context, { externalId: parsed.value }) : null
    },
  }),
  orgs: t.field({
    type: OrgConnectionType,
    args: {
      ...t.arg.connectionArgs(),
      search: t.arg.string({
        description: 'Words in any order, each a part of the name, ignoring case. % and _ are literal.',
      }),
    },
    description: 'The viewer’s orgs, newest first. For an instance token with ORG_READ: all orgs.',
    resolve: (_root, args, context, info) => {
      if (context.actor.kind === 'nobody') throw unauthenticated()
      return orgsOfViewer(context, info, args)
    },
  }),
}))
