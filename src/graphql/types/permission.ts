import { builder } from '../builder.js'

export const OrgRoleNameType = builder.enumType('OrgRoleName', {
  description: 'Built-in roles of a member. A member holds one or more; permissions are their union.',
  values: {
    USER: { description: 'Sees the org and its members.' },
    ADMIN: { description: 'Runs members and invites, up to its own rank.' },
    OWNER: { description: 'May do everything; an org always has one.' },
  },
} as const)

export const OrgStatusType = builder.enumType('OrgStatus', {
  description: 'Where an org is in its life. Only an ACTIVE one is added to or changed.',
  values: {
    PROVISIONING: { description: 'Being set up by the host application.' },
    ACTIVE: { description: 'In use.' },
    DEPROVISIONING: { description: 'Being taken down.' },
  },
} as const)

export const PermissionType = builder.enumType('Permission', {
  description: 'One vocabulary for what roles grant and what API tokens are scoped to.',
  values: {
    ORG_READ: { description: 'See the org.' },
    ORG_UPDATE: { description: 'Rename it.' },
    ORG_DELETE: { description: 'Delete it. A token that holds this ranks as OWNER, any other as ADMIN.' },
    MEMBER_READ: { description: 'See its members.' },
    MEMBER_UPDATE_ROLES: { description: 'Grant members roles and take them away, up to the own rank.' },
    MEMBER_REMOVE: { description: 'Remove members, up to the own rank.' },
    INVITE_READ: { description: 'See its invites, and watch them.' },
    INVITE_CREATE: { description: 'Invite people, with roles up to the own rank.' },
    INVITE_RESEND: { description: 'Send invites again, and renew expired ones.' },
    INVITE_REVOKE: { description: 'Take pending invites back.' },
    INVITE_DELETE: { description: 'Erase invites that are no longer pending.' },
    EMAIL_DOMAIN_READ: { description: 'See its e-mail domains.' },
    EMAIL_DOMAIN_MANAGE: { description: 'Bind, verify and unbind e-mail domains.' },
    EVENT_READ: { description: 'Read its history, and watch everything.' },
    API_TOKEN_READ: { description: 'See its API tokens, never their secrets.' },
    API_TOKEN_MANAGE: { description: 'Make and revoke API tokens, with no more permissions than the own.' },
    INVITE_RESPOND: { description: 'Instance tokens only: accept and decline for a user.' },
    INVITE_LINK: { description: 'Instance tokens only: get the link of an invite that no e-mail carries.' },
    ORG_CREATE: { description: 'Instance tokens only: create orgs for an owner.' },
    ORG_MANAGE: { description: 'Instance tokens only: set status, tier and resource counts.' },
    USER_READ: { description: 'Instance tokens only: see every user.' },
    USER_MANAGE: { description: 'Instance tokens only: make users known before they sign in.' },
  },
} as const)
