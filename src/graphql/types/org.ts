import DataLoader from 'dataloader'
import sql from 'sql-template-tag'
import { MAX_RESOURCE_KINDS, type OrgResource } from '../../domain/core/org.js'
import { orgEventList } from '../../domain/core/orgEvent.cursors.js'
import { orgNameKey, parseOrgName } from '../../domain/core/orgName.js'
import { allPermissions, assignableRoles } from '../../domain/core/permission.js'
import { unauthenticated } from '../../errors.js'
import { builder } from '../builder.js'
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
  description: 'What an org is entitled to; the limits of each tier are settings.',
  values: {
    FREE: { description: 'The tier that every org begins with.' },
    PREMIUM: { description: 'Set by the host application.' },
  },
} as const)

export const DataRegionType = builder.enumType('DataRegion', {
  description: 'Where the host application is to keep the org’s data. Chosen once.',
  values: {
    US_WEST: { description: 'Western United States.' },
    US_EAST: { description: 'Eastern United States.' },
    EU_WEST: { description: 'Western Europe.' },
    EU_CENTRAL: { description: 'Central Europe.' },
    AP_SOUTHEAST: { description: 'South-east Asia and the Pacific.' },
  },
} as const)

export const OrgResourceType = builder.objectRef<OrgResource>('OrgResource').implement({
  description: 'How many things of one kind the host application says an org still owns.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'What they are, in the host application’s words.' }),
    count: t.exposeInt('count', { description: 'How many, 1 or more.' }),
  }),
})

interface Limits {
  seats: number
  seatsUsed: number
  pendingInvites: number
  pendingInvitesUsed: number
}

const OrgLimitsType = builder.objectRef<Limits>('OrgLimits').implement({
  description: 'What the org’s tier allows, and how much of it is used.',
  fields: (t) => ({
    seats: t.exposeInt('seats', { description: 'Members at most.' }),
    seatsUsed: t.exposeInt('seatsUsed', { description: 'Members now.' }),
    pendingInvites: t.exposeInt('pendingInvites', { description: 'Pending invites at most.' }),
    pendingInvitesUsed: t.exposeInt('pendingInvitesUsed', { description: 'Pending invites now.' }),
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
  description: 'How many of an org’s invites have which status now; deleted ones count nowhere.',
  fields: (t) => ({
    pending: t.exposeInt('pending', { description: 'Waiting for an answer.' }),
    accepted: t.exposeInt('accepted', { description: 'Accepted.' }),
    declined: t.exposeInt('declined', { description: 'Declined.' }),
    revoked: t.exposeInt('revoked', { description: 'Revoked.' }),
    expired: t.exposeInt('expired', { description: 'Past their time.' }),
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

export const OrgType = builder.prismaNode('Org', {
  id: { field: 'id', description: 'Global id.' },
  description:
    'An organization: people with roles, invites, and a history. Seen by its members, and by tokens that may ORG_READ or act on it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique without regard to case.' }),
    status: t.field({
      type: OrgStatusType,
      description: 'Where it is in its life.',
      resolve: ({ status }) => status,
    }),
    tier: t.field({ type: OrgTierType, description: 'What it is entitled to.', resolve: ({ tier }) => tier }),
    dataRegion: t.field({
      type: DataRegionType,
      description: 'Where its data is to be kept.',
      resolve: ({ dataRegion }) => dataRegion,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was founded.' }),
    createdBy: t.relation('createdBy', {
      nullable: true,
      description: 'Who founded it. Null where a token did, or the account is gone.',
    }),
    users: t.field({
      type: OrgUserConnectionType,
      nullable: true,
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: OrgUserFilter, description: 'Only these; all conditions must hold.' }),
      },
      description: 'Members, oldest first. Null unless the viewer may MEMBER_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'MEMBER_READ' } }),
      unauthorizedResolver: () => null,
      resolve: (org, args, context, info) => orgUsersOfOrg(context, info, org, args),
    }),
    invites: t.field({
      type: OrgInviteConnectionType,
      nullable: true,
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: OrgInviteFilter, description: 'Only these; all conditions must hold.' }),
      },
      description: 'Newest first. Null unless the viewer may INVITE_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'INVITE_READ' } }),
      unauthorizedResolver: () => null,
      resolve: (org, args, context, info) => orgInvitesOfOrg(context, info, org, args),
    }),
    inviteCounts: t.field({
      type: OrgInviteCountsType,
      nullable: true,
      description: 'Invites by status. Null unless the viewer may INVITE_READ.',
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
        'Bound e-mail domains, by name: as many as may be bound. Null unless the viewer may EMAIL_DOMAIN_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'EMAIL_DOMAIN_READ' } }),
      unauthorizedResolver: () => null,
      resolve: ({ emailDomains }) => emailDomains as never,
    }),
    resources: t.field({
      type: [OrgResourceType],
      extensions: { maxItems: MAX_RESOURCE_KINDS },
      description: 'What the host application says the org still owns; any count above 0 blocks `deleteOrg`.',
      resolve: ({ id }, _args, context) => resourcesOfOrgs(context).load(id),
    }),
    limits: t.field({
      type: OrgLimitsType,
      description: 'What its tier allows, and how much of it is used.',
      resolve: async (org, _args, context, info) => {
        const { seats, pendingInvites } = context.app.rules.tiers[org.tier]
        const { memberCount, pendingCount } = await countsOf(context, info, org)
        return { seats, seatsUsed: memberCount, pendingInvites, pendingInvitesUsed: pendingCount }
      },
    }),
    viewerOrgUser: t.field({
      type: 'OrgUser',
      nullable: true,
      description: 'The viewer’s own membership, if any.',
      resolve: ({ id }, _args, context) => viewerMemberships(context).load(id),
    }),
    viewerPermissions: t.field({
      type: [PermissionType],
      description: 'What the viewer may do here.',
      resolve: async ({ id }, _args, context) => {
        const { permissions } = await authorityIn(context, id)
        return allPermissions.filter((permission) => permissions.has(permission))
      },
    }),
    viewerAssignableRoles: t.field({
      type: [OrgRoleNameType],
      description: 'Roles that the viewer may grant or take away here, lowest first.',
      resolve: async ({ id }, _args, context) => assignableRoles(await authorityIn(context, id)),
    }),
    events: t.field({
      type: OrgEventConnectionType,
      nullable: true,
      args: t.arg.connectionArgs(),
      description:
        'The org’s history, oldest first, resumable by cursor. Null unless the viewer may EVENT_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'EVENT_READ' } }),
      unauthorizedResolver: () => null,
      resolve: (org, args, context, info) => orgEventsOfOrg(context, info, org, args),
    }),
    eventCursor: t.string({
      nullable: true,
      description:
        'The newest event’s cursor: pass it as `after` of a subscription to miss nothing since this read. Null unless the viewer may INVITE_READ or EVENT_READ.',
      resolve: async ({ id, eventSeq }, _args, context) => {
        const { permissions } = await authorityIn(context, id)
        return permissions.has('INVITE_READ') || permissions.has('EVENT_READ')
          ? context.app.cursors.encodeSeq(orgEventList(id), eventSeq)
          : null
      },
    }),
  }),
})

export const OrgConnectionType = connectionOf('Org', OrgType, 'orgs')

builder.queryFields((t) => ({
  org: t.field({
    type: 'Org',
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'Global id of the org.' }) },
    description: 'Null where there is none or the viewer may not see it; the two look alike.',
    resolve: (_root, { id }, context) => visibleOrg(context, decodeId('Org', id)),
  }),
  orgByName: t.field({
    type: 'Org',
    nullable: true,
    args: { name: t.arg.string({ required: true, description: 'The whole name, without regard to case.' }) },
    description: 'As `org`, by name.',
    resolve: async (_root, { name }, context) => {
      const parsed = context.actor.kind === 'nobody' ? null : parseOrgName(name)
      if (!parsed?.ok) return null
      // Only among those that the viewer may see: the time must not tell a hidden org from none.
      const found = await context.app.prisma.org.findFirst({
        where: { nameKey: orgNameKey(parsed.value), ...orgsSeen(context) },
        select: { id: true },
      })
      return visibleOrg(context, found?.id ?? null)
    },
  }),
  orgs: t.field({
    type: OrgConnectionType,
    args: {
      ...t.arg.connectionArgs(),
      search: t.arg.string({ description: 'Part of a name, without regard to case; % and _ are literal.' }),
    },
    description: 'Orgs of the viewer, newest first; every org for an instance token with ORG_READ.',
    resolve: (_root, args, context, info) => {
      if (context.actor.kind === 'nobody') throw unauthenticated()
      return orgsOfViewer(context, info, args)
    },
  }),
}))

reachableAsNode('Org', visibleOrg)
