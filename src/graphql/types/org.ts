import { MAX_RESOURCE_KINDS } from '../../domain/core/org.js'
import { orgEventList } from '../../domain/core/orgEvent.cursors.js'
import { limitsOf, seatsUsed } from '../../domain/core/orgLimits.js'
import { allPermissions, assignableRoles } from '../../domain/core/permission.js'
import { MAX_LOGO_URL, MAX_METADATA_BYTES } from '../../domain/orgs/orgProfile.js'
import { MAX_WEBHOOKS } from '../../domain/webhooks/webhook.js'
import { builder } from '../builder.js'
import type { ItemLimits } from '../limits/cost.js'
import { orgEventsOfOrg } from '../lists/orgEvent.js'
import { orgInvitesOfOrg } from '../lists/orgInvite.js'
import { orgInviteLinksOfOrg } from '../lists/orgInviteLink.js'
import { orgJoinRequestsOfOrg } from '../lists/orgJoinRequest.js'
import { orgUsersOfOrg } from '../lists/orgUser.js'
import { skipArg } from '../lists/page.js'
import { countsOf, metadataOfOrgs, resourcesOfOrgs, visibleOrg } from '../loaders/org.js'
import { reachableAsNode } from '../node.js'
import { authorityIn, viewerMembership } from '../viewer.js'
import { createdBy } from './createdBy.js'
import { OrgEmailDomainType } from './emailDomain.js'
import { OrgInviteCountsType, OrgLimitsType, OrgResourceType } from './orgCounts.js'
import { OrgEventConnectionType } from './orgEvent.js'
import { OrgInviteConnectionType, OrgInviteFilter, OrgInviteOrder } from './orgInvite.js'
import { OrgInviteLinkConnectionType, OrgInviteLinkStatusType } from './orgInviteLink.js'
import { OrgJoinRequestConnectionType, OrgJoinRequestStatusType } from './orgJoinRequest.js'
import { OrgUserConnectionType, OrgUserFilter, OrgUserOrder } from './orgUser.js'
import { OrgRoleNameType, OrgStatusType, PermissionType } from './permission.js'
import { WebhookType } from './webhook.js'

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
    createdBy: t.field(createdBy('a token')),
    users: t.field({
      type: OrgUserConnectionType,
      nullable: true,
      args: {
        ...t.arg.connectionArgs(),
        skip: t.arg.int(skipArg),
        filter: t.arg({ type: OrgUserFilter, description: 'All filters that are given must match.' }),
        orderBy: t.arg({
          type: OrgUserOrder,
          description: 'The order. By default the order in which they joined.',
        }),
      },
      description:
        'Members, ACTIVE and SUSPENDED, in the order they joined unless `orderBy` says otherwise. Null unless the viewer has MEMBER_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'MEMBER_READ' } }),
      unauthorizedResolver: () => null,
      resolve: (org, args, context, info) => orgUsersOfOrg(context, info, org, args),
    }),
    invites: t.field({
      type: OrgInviteConnectionType,
      nullable: true,
      args: {
        ...t.arg.connectionArgs(),
        skip: t.arg.int(skipArg),
        filter: t.arg({ type: OrgInviteFilter, description: 'All filters that are given must match.' }),
        orderBy: t.arg({ type: OrgInviteOrder, description: 'The order. By default the newest first.' }),
      },
      description:
        'Invites, newest first unless `orderBy` says otherwise. Null unless the viewer has INVITE_READ.',
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
    inviteLinks: t.field({
      type: OrgInviteLinkConnectionType,
      nullable: true,
      args: {
        ...t.arg.connectionArgs(),
        statuses: t.arg({
          type: [OrgInviteLinkStatusType],
          description: 'Links that have one of these statuses now. If left out: all.',
        }),
      },
      description: 'Invite links, newest first. Null unless the viewer has INVITE_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'INVITE_READ' } }),
      unauthorizedResolver: () => null,
      resolve: (org, args, context, info) => orgInviteLinksOfOrg(context, info, org, args),
    }),
    joinRequests: t.field({
      type: OrgJoinRequestConnectionType,
      nullable: true,
      args: {
        ...t.arg.connectionArgs(),
        statuses: t.arg({
          type: [OrgJoinRequestStatusType],
          description: 'Requests that have one of these statuses now. If left out: all.',
        }),
      },
      description: 'Requests to join the org, newest first. Null unless the viewer has INVITE_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'INVITE_READ' } }),
      unauthorizedResolver: () => null,
      resolve: (org, args, context, info) => orgJoinRequestsOfOrg(context, info, org, args),
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
    webhooks: t.field({
      type: [WebhookType],
      extensions: { maxItems: MAX_WEBHOOKS },
      nullable: true,
      select: (_args, _context, nestedSelection) => ({
        webhooks: nestedSelection({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: MAX_WEBHOOKS }),
      }),
      description: 'Webhooks of the org, oldest first. Null unless the viewer has WEBHOOK_READ.',
      authScopes: ({ id }) => ({ permission: { orgId: id, permission: 'WEBHOOK_READ' } }),
      unauthorizedResolver: () => null,
      resolve: ({ webhooks }) => webhooks as never,
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
        const counts = await countsOf(context, info, org)
        return {
          seats,
          seatsUsed: seatsUsed(counts),
          pendingInvites,
          pendingInvitesUsed: counts.pendingCount,
        }
      },
    }),
    viewerOrgUser: t.field({
      type: 'OrgUser',
      nullable: true,
      description: 'The viewer’s own membership. Null if the viewer is not a member, or is suspended.',
      resolve: ({ id }, _args, context) => viewerMembership(context, id),
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
      description:
        'The events of the org, oldest first. Old ones may be deleted by now (setting EVENT_RETENTION_D): then the first `seq` is above 1. Null unless the viewer has EVENT_READ.',
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

reachableAsNode('Org', visibleOrg)
