import { builder } from '../builder.js'

export const OrgRoleNameType = builder.enumType('OrgRoleName', {
  description: 'Roles of a member. A member has one or more, and the permissions of all of them.',
  values: {
    USER: { description: 'Can see the org and its members.' },
    ADMIN: { description: 'Can also manage members and invites, up to the rank of ADMIN.' },
    OWNER: { description: 'Can do everything. An org always has an owner.' },
  },
} as const)

export const OrgStatusType = builder.enumType('OrgStatus', {
  description: 'Status of an org. Things can be added and changed only while it is ACTIVE.',
  values: {
    PROVISIONING: { description: 'The host application is setting it up.' },
    ACTIVE: { description: 'In use.' },
    DEPROVISIONING: { description: 'It is being removed.' },
  },
} as const)

export const PermissionType = builder.enumType('Permission', {
  description: 'What a role grants and what an API token can be granted.',
  values: {
    ORG_READ: { description: 'See the org.' },
    ORG_UPDATE: { description: 'Change the org’s name, slug and logo.' },
    ORG_DELETE: {
      description:
        'Delete the org. A token with this permission has the rank of OWNER, any other token that of ADMIN.',
    },
    MEMBER_READ: { description: 'See the members.' },
    MEMBER_UPDATE_ROLES: { description: 'Grant roles to members and take roles away, up to one’s own rank.' },
    MEMBER_REMOVE: { description: 'Remove, suspend and reinstate members, up to one’s own rank.' },
    INVITE_READ: { description: 'See the invites, and subscribe to their events.' },
    INVITE_CREATE: { description: 'Invite people, with roles up to one’s own rank.' },
    INVITE_RESEND: { description: 'Send invites again, and renew expired ones.' },
    INVITE_REVOKE: { description: 'Revoke pending invites.' },
    INVITE_DELETE: { description: 'Delete invites that are not pending any more.' },
    EMAIL_DOMAIN_READ: { description: 'See the e-mail domains.' },
    EMAIL_DOMAIN_MANAGE: { description: 'Bind, verify and unbind e-mail domains.' },
    EVENT_READ: { description: 'Read the org’s history, and subscribe to all its events.' },
    API_TOKEN_READ: { description: 'See the API tokens, but not their secrets.' },
    API_TOKEN_MANAGE: {
      description: 'Create API tokens with permissions that one has oneself, and revoke them.',
    },
    WEBHOOK_READ: { description: 'See the webhooks and their deliveries, but not their secrets.' },
    WEBHOOK_MANAGE: { description: 'Create, change, try and delete webhooks.' },
    INVITE_RESPOND: { description: 'Instance tokens only: accept and decline invites for a user.' },
    INVITE_LINK: {
      description: 'Instance tokens only: get the link of an invite that is not sent by e-mail.',
    },
    ORG_CREATE: { description: 'Instance tokens only: create orgs for an owner.' },
    ORG_MANAGE: {
      description:
        'Instance tokens only: set an org’s status, tier and resource counts, and hand over its ownership.',
    },
    MEMBER_ADD: { description: 'Instance tokens only: add users to orgs without an invite.' },
    APP_ROLE_MANAGE: { description: 'Instance tokens only: create, change and delete app roles.' },
    USER_READ: { description: 'Instance tokens only: see every user.' },
    USER_MANAGE: { description: 'Instance tokens only: create and update users.' },
  },
} as const)
