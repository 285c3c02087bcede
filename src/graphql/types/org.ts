import DataLoader from 'dataloader'
import sql from 'sql-template-tag'
import { MAX_RESOURCE_KINDS, type OrgResource } from '../../domain/core/org.js'
import { orgEventList } from '../../domain/core/orgEvent.cursors.js'
import { limitsOf } from '../../domain/core/orgLimits.js'
import { orgNameKey, parseOrgName } from '../../domain/core/orgName.js'
import { allPermissions, assignableRoles } from '../../domain/core/permission.js'
import {
  MAX_LOGO_URL,
  MAX_METADATA_BYTES,
  parseExternalId,
  parseOrgSlug,
} from '../../domain/orgs/orgProfile.js'
import { unauthenticated } from '../../errors.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import type { ItemLimits } from '../limits/cost.js'
import { connectionOf } from '../lists/connection.js'
import { orgsOfViewer, orgsSeen } from '../lists/org.js'
import { orgEventsOfOrg } from '../lists/orgEvent.js'
import { orgInvitesOfOrg } from '../lists/orgInvite.js'
import { orgUsersOfOrg } from '../lists/orgUser.js'
import { countsOf, visibleOrg } from '../loaders/org.js'
import { perOperation } from '../loaders/perOperation.js'
import { reachableAsNode } from '../node.js'
import { authorityIn, viewerMemberships } from '../viewer.js'
import { OrgEmailDomainType } from './emailDomain.js'
import { OrgEventConnectionType } from './orgEvent.js'
import { OrgInviteConnectionType, OrgInviteFilter } from './orgInvite.js'
import { OrgUserConnectionType, OrgUserFilter } from './orgUser.js'
import { OrgRoleNameType, OrgStatusType, PermissionType } from './permission.js'

export const OrgTierType = builder.enumType('OrgTier', {
  description: 'Service level of an org. The server’s settings give the limits of each tier.',
  values: {
    FREE: { description: 'The tier of every new org.' },
    PREMIUM: { description: 'Set by the host application.' },
  },
} as const)

export const DataRegionType = builder.enumType('DataRegion', {
  description: 'Where the host application should keep the org’s data. It never changes.',
  values: {
    US_WEST: { description: 'Western United States.' },
    US_EAST: { description: 'Eastern United States.' },
    EU_WEST: { description: 'Western Europe.' },
    EU_CENTRAL: { description: 'Central Europe.' },
    AP_SOUTHEAST: { description: 'South-east Asia and the Pacific.' },
  },
} as const)

export const OrgResourceType = builder.objectRef<OrgResource>('OrgResource').implement({
  description: 'How many resources of one kind an org owns, as the host application says.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'The kind of resource, as the host application names it.' }),
    count: t.exposeInt('count', { description: 'How many, at least 1.' }),
  }),
})

interface Limits {
  seats: number
  seatsUsed: number
  pendingInvites: number
  pendingInvitesUsed: number
}

const OrgLimitsType = builder.objectRef<Limits>('OrgLimits').implement({
  description:
    'Limits of the org, and how much of them is used. An org can have limits of its own, or those of its tier.',
  fields: (t) => ({
    seats: t.exposeInt('seats', { description: 'Maximum number of members.' }),
    seatsUsed: t.exposeInt('seatsUsed', { description: 'Number of members now.' }),
    pendingInvites: t.exposeInt('pendingInvites', { description: 'Maximum number of pending invites.' }),
    pendingInvitesUsed: t.exposeInt('pendingInvitesUsed', { description: 'Number of pending invites now.' }),
  }),
})

interface InviteCounts {
  pending: number
  accepted: number
  declined: number
  revoked: number
  expired: number
}

const OrgInviteCountsType = builder.objectRef<InviteCounts>('OrgInviteCounts').implement({
  description: 'How many invites of an org have each status now. Deleted invites are not counted.',
  fields: (t) => ({
    pending: t.exposeInt('pending', { description: 'PENDING: waiting for an answer.' }),
    accepted: t.exposeInt('accepted', { description: 'ACCEPTED.' }),
    declined: t.exposeInt('declined', { description: 'DECLINED.' }),
    revoked: t.exposeInt('revoked', { description: 'REVOKED.' }),
    expired: t.exposeInt('expired', { description: 'EXPIRED: not answered in time.' }),
  }),
})

const resourcesOfOrgs = perOperation(
  ({ app }) =>
    new DataLoader(async (orgIds: readonly string[]) => {
      const resources = await app.database.query<OrgResource & { orgId: string }>(sql`
        select org_id, kind, count from org_resource where org_id = any(${orgIds}::uuid[]) order by kind
      `)
      return orgIds.map((id) => resources.filter(({ orgId }) => orgId === id))
    }),
)

const metadataOfOrgs = perOperation(
  ({ app }) =>
    new DataLoader(async (orgIds: readonly string[]) => {
      const orgs = await app.database.query<{ id: string; metadata: unknown }>(sql`
        select id, metadata from org where id = any(${orgIds}::uuid[])
      `)
      const byId = new Map(orgs.map(({ id, metadata }) => [id, metadata]))
      return orgIds.map((id) => byId.get(id) ?? {})
    }),
)

export const OrgType = builder.prismaNode('Org', {
  id: { field: 'id', description: 'Global id.' },
  description:
    'An organization: its members with their roles, its invites and its history. Visible to its members, and to tokens with ORG_READ or a permission to change it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name, unique when case is ignored.' }),
    slug: t.exposeString('slug', {
      description: 'Name for URLs, unique: 1 to 63 characters, a to z, 0 to 9 and hyphens.',
    }),
    logoUrl: t.exposeString('logoUrl', {
      extensions: { maxLength: MAX_LOGO_URL },
      nullable: true,
      description: 'URL of the logo. It begins with https://.',
    }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'The host application’s own id of this org, unique.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      extensions: { maxLength: MAX_METADATA_BYTES },
      description: 'What the host application keeps with the org. Members can read it.',
      resolve: ({ id }, _args, context) => metadataOfOrgs(context).load(id),
    }),
    status: t.field({
      type: OrgStatusType,
      description: 'Status of the org.',
      resolve: ({ status }) => status,
    }),
    tier: t.field({
      type: OrgTierType,
      description: 'Service level of the org.',
      resolve: ({ tier }) => tier,
    }),
    dataRegion: t.field({
      type: DataRegionType,
      description: 'Where its data should be kept.',
      resolve: ({ dataRegion }) => dataRegion,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    createdBy: t.relation('createdBy', {
      nullable: true,
      description: 'The user who created it. Null if a token did, or if the account is gone.',
    }),
    users: t.field({
      type: OrgUserConnectionType,
      nullable: true,
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: OrgUserFilter, description: 'All filters that are given must match.' }),
      },
      description: 'Members, in the order they joined. Null unless the viewer has MEMBER_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'MEMBER_READ' } }),
      unauthorizedResolver: () => null,
      resolve: (org, args, context, info) => orgUsersOfOrg(context, info, org, args),
    }),
    invites: t.field({
      type: OrgInviteConnectionType,
      nullable: true,
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: OrgInviteFilter, description: 'All filters that are given must match.' }),
      },
      description: 'Invites, newest first. Null unless the viewer has INVITE_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'INVITE_READ' } }),
      unauthorizedResolver: () => null,
      resolve: (org, args, context, info) => orgInvitesOfOrg(context, info, org, args),
    }),
    inviteCounts: t.field({
      type: OrgInviteCountsType,
      nullable: true,
      description: 'Number of invites by status. Null unless the viewer has INVITE_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'INVITE_READ' } }),
      unauthorizedResolver: () => null,
      resolve: async (org, _args, context, info) => {
        const counts = await countsOf(context, info, org)
        return {
          pending: counts.pendingCount,
          accepted: counts.acceptedCount,
          declined: counts.declinedCount,
          revoked: counts.revokedCount,
          expired: counts.expiredCount,
        }
      },
    }),
    emailDomains: t.field({
      type: [OrgEmailDomainType],
      extensions: { maxItems: ({ emailDomainsPerOrg }: ItemLimits) => emailDomainsPerOrg },
      nullable: true,
      select: (_args, { app }, nestedSelection) => ({
        emailDomains: nestedSelection({ orderBy: { domain: 'asc' }, take: app.rules.emailDomainsPerOrg }),
      }),
      description:
        'E-mail domains that are bound to the org, sorted by name. Null unless the viewer has EMAIL_DOMAIN_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'EMAIL_DOMAIN_READ' } }),
      unauthorizedResolver: () => null,
      resolve: ({ emailDomains }) => emailDomains as never,
    }),
    resources: t.field({
      type: [OrgResourceType],
      extensions: { maxItems: MAX_RESOURCE_KINDS },
      description:
        'Resources that the org owns, as the host application says. While there are any, `deleteOrg` is refused.',
      resolve: ({ id }, _args, context) => resourcesOfOrgs(context).load(id),
    }),
    limits: t.field({
      type: OrgLimitsType,
      description: 'Limits of the org, and how much of them is used.',
      resolve: async (org, _args, context, info) => {
        const { seats, pendingInvites } = limitsOf(context.app.rules, org)
        const { memberCount, pendingCount } = await countsOf(context, info, org)
        return { seats, seatsUsed: memberCount, pendingInvites, pendingInvitesUsed: pendingCount }
      },
    }),
    viewerOrgUser: t.field({
      type: 'OrgUser',
      nullable: true,
      description: 'The viewer’s own membership. Null if the viewer is not a member.',
      resolve: ({ id }, _args, context) => viewerMemberships(context).load(id),
    }),
    viewerPermissions: t.field({
      type: [PermissionType],
      description: 'The viewer’s permissions in this org.',
      resolve: async ({ id }, _args, context) => {
        const { permissions } = await authorityIn(context, id)
        return allPermissions.filter((permission) => permissions.has(permission))
      },
    }),
    viewerAssignableRoles: t.field({
      type: [OrgRoleNameType],
      description: 'Roles that the viewer may grant and take away in this org, lowest first.',
      resolve: async ({ id }, _args, context) => assignableRoles(await authorityIn(context, id)),
    }),
    events: t.field({
      type: OrgEventConnectionType,
      nullable: true,
      args: t.arg.connectionArgs(),
      description: 'All events of the org, oldest first. Null unless the viewer has EVENT_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'EVENT_READ' } }),
      unauthorizedResolver: () => null,
      resolve: (org, args, context, info) => orgEventsOfOrg(context, info, org, args),
    }),
    eventCursor: t.string({
      nullable: true,
      description:
        'Cursor of the newest event: subscribe with it as `after` to get every event after this read. Null unless the viewer has INVITE_READ or EVENT_READ.',
      resolve: async ({ id, eventSeq }, _args, context) => {
        const { permissions } = await authorityIn(context, id)
        return permissions.has('INVITE_READ') || permissions.has('EVENT_READ')
          ? context.app.cursors.encodeSeq(orgEventList(id), eventSeq)
          : null
      },
    }),
  }),
})

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
      search: t.arg.string({ description: 'Part of the name, ignoring case. % and _ are literal.' }),
    },
    description: 'The viewer’s orgs, newest first. For an instance token with ORG_READ: all orgs.',
    resolve: (_root, args, context, info) => {
      if (context.actor.kind === 'nobody') throw unauthenticated()
      return orgsOfViewer(context, info, args)
    },
  }),
}))

reachableAsNode('Org', visibleOrg)
