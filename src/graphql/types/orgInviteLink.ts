import { USUAL_APP_ROLES } from '../../domain/core/appRole.js'
import { MAX_LINK_DOMAINS } from '../../domain/inviteLinks/linkTerms.js'
import { linkStatusAt, whyNotRevokeLink } from '../../domain/inviteLinks/orgInviteLink.js'
import {
  type OrgInviteLinkPreview,
  orgInviteLinkPreview,
} from '../../domain/inviteLinks/orgInviteLinkPreview.js'
import { MAX_LOGO_URL } from '../../domain/orgs/orgProfile.js'
import type { Permission } from '../../generated/prisma/enums.js'
import { builder } from '../builder.js'
import { connectionOf } from '../lists/connection.js'
import { appRolesOf } from '../loaders/appRole.js'
import { visibleInviteLink } from '../loaders/orgInviteLink.js'
import { reachableAsNode } from '../node.js'
import { readTime } from '../readTime.js'
import { authorityIn, maySeeOrgOf } from '../viewer.js'
import { AppRoleType } from './appRole.js'
import { createdBy } from './createdBy.js'
import { OrgRoleNameType } from './permission.js'

export const OrgInviteLinkStatusType = builder.enumType('OrgInviteLinkStatus', {
  description: 'Status of an invite link. Only an ACTIVE link can change its status.',
  values: {
    ACTIVE: { description: 'People can join by it.' },
    REVOKED: { description: 'Revoked by hand, or because its creator lost the right to create it.' },
    EXPIRED: { description: '`expiresAt` is over.' },
    USED_UP: { description: 'As many people as `maxUses` have joined by it.' },
  },
} as const)

/** Permissions to act on links. Whoever has one may know the org. */
const actsOnLinks: readonly Permission[] = ['INVITE_READ', 'INVITE_CREATE', 'INVITE_REVOKE']

/** A list of domains: each is a text of its own. */
const domains = { maxItems: MAX_LINK_DOMAINS }

export const OrgInviteLinkType = builder.prismaNode('OrgInviteLink', {
  id: { field: 'id', description: 'Global id. It is not the token.' },
  description:
    'A link by which many people can join an org. Its address is told only once, when it is created. Visible to viewers with INVITE_READ.',
  fields: (t) => ({
    org: t.relation('org', {
      description:
        'The org. FORBIDDEN for a token that has neither ORG_READ nor a permission to act on links.',
      authScopes: ({ orgId }, _args, context) => maySeeOrgOf(context, orgId, actsOnLinks),
    }),
    roles: t.field({
      type: [OrgRoleNameType],
      description: 'The roles that joining grants, lowest first. Never OWNER.',
      resolve: ({ roles }) => roles,
    }),
    appRoles: t.field({
      type: [AppRoleType],
      extensions: { usualItems: USUAL_APP_ROLES },
      description: 'The app roles that joining grants, by key. Of an ended link those that are not deleted.',
      resolve: (link, _args, context) => appRolesOf(context, link),
    }),
    emailDomains: t.exposeStringList('emailDomains', {
      extensions: domains,
      description: 'Whoever joins has a verified address in one of these domains. Empty: in any.',
    }),
    maxUses: t.exposeInt('maxUses', { nullable: true, description: 'How many can join. Null: any number.' }),
    uses: t.exposeInt('uses', { description: 'How many have joined by it.' }),
    status: t.field({
      type: OrgInviteLinkStatusType,
      description: 'Status now, by the clock of the database.',
      resolve: (link, _args, context, info) => linkStatusAt(link, readTime(context, info)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    createdBy: t.field(createdBy('an API token')),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it expires: from then on nobody can join by it.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked.',
    }),
    viewerCanRevoke: t.boolean({
      description: 'Whether the viewer can revoke it now.',
      resolve: async (link, _args, context, info) => {
        const authority = await authorityIn(context, link.orgId)
        const appRoles = await appRolesOf(context, link)
        return whyNotRevokeLink(authority, link, appRoles, readTime(context, info)) === null
      },
    }),
  }),
})

export const OrgInviteLinkConnectionType = connectionOf('OrgInviteLink', OrgInviteLinkType, 'invite links')

reachableAsNode('OrgInviteLink', visibleInviteLink)

const OrgInviteLinkPreviewType = builder.objectRef<OrgInviteLinkPreview>('OrgInviteLinkPreview').implement({
  description: 'What anyone with an invite link can see, signed in or not.',
  fields: (t) => ({
    orgName: t.exposeString('orgName', { description: 'Name of the org.' }),
    logoUrl: t.exposeString('logoUrl', {
      extensions: { maxLength: MAX_LOGO_URL },
      nullable: true,
      description: 'URL of the org’s logo. It begins with https://.',
    }),
    roles: t.field({
      type: [OrgRoleNameType],
      description: 'The roles that joining grants, lowest first.',
      resolve: ({ roles }) => roles,
    }),
    emailDomains: t.exposeStringList('emailDomains', {
      extensions: domains,
      description: 'Whoever joins has a verified address in one of these domains. Empty: in any.',
    }),
    createdByName: t.exposeString('createdByName', {
      nullable: true,
      description: 'Name of the user who created the link, if known.',
    }),
    status: t.field({
      type: OrgInviteLinkStatusType,
      description: 'Status now, by the clock of the database.',
      resolve: ({ status }) => status,
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When the link expires: from then on nobody can join by it.',
    }),
  }),
})

builder.queryField('orgInviteLinkPreview', (t) =>
  t.field({
    type: OrgInviteLinkPreviewType,
    nullable: true,
    args: { token: t.arg.string({ required: true, description: 'The last part of the link.' }) },
    description: 'The invite link with this token. It needs no sign-in. Null if the token is unknown.',
    resolve: (_root, { token }, { app }) => orgInviteLinkPreview(app.database, token),
  }),
)
