// Written by `npm run docs`: the messages of Guildhall’s webhooks.

export type OrgInviteMessage = {
  type: 'org_invite.created' | 'org_invite.resent' | 'org_invite.sent' | 'org_invite.send_failed' | 'org_invite.accepted' | 'org_invite.declined' | 'org_invite.revoked' | 'org_invite.expired' | 'org_invite.renewal_requested' | 'org_invite.deleted'
  timestamp: string
  data: {
    orgId: string
    seq: number
    cursor: string
    event: {
      __typename: 'OrgInviteEvent'
      id: string
      seq: number
      cursor: string
      orgId: string
      occurredAt: string
      actor: {
        id: string
        name: string | null
      } | null
      actorToken: {
        id: string
        name: string
      } | null
      inviteEventType: 'ACCEPTED' | 'CREATED' | 'DECLINED' | 'DELETED' | 'EXPIRED' | 'RENEWAL_REQUESTED' | 'RESENT' | 'REVOKED' | 'SEND_FAILED' | 'SENT'
      orgInviteId: string
      status: 'ACCEPTED' | 'DECLINED' | 'EXPIRED' | 'PENDING' | 'REVOKED'
      previousStatus: 'ACCEPTED' | 'DECLINED' | 'EXPIRED' | 'PENDING' | 'REVOKED' | null
      roles: Array<'ADMIN' | 'OWNER' | 'USER'>
    }
    orgInvite: {
      id: string
      email: string | null
      status: 'ACCEPTED' | 'DECLINED' | 'EXPIRED' | 'PENDING' | 'REVOKED'
      roles: Array<'ADMIN' | 'OWNER' | 'USER'>
      appRoles: {
        id: string
        key: string
        name: string
      }[]
      message: string | null
      createdAt: string
      expiresAt: string
      resolvedAt: string | null
      invitedBy: {
        id: string
        name: string | null
        email: string | null
      } | null
      invitedUser: {
        id: string
        name: string | null
        email: string | null
      } | null
      acceptedBy: {
        id: string
        name: string | null
        email: string | null
      } | null
    } | null
    orgUser: null
    user: null
    org: {
      id: string
      name: string
      slug: string
      logoUrl: string | null
      externalId: string | null
      status: 'ACTIVE' | 'DEPROVISIONING' | 'PROVISIONING'
      tier: 'FREE' | 'PREMIUM'
      dataRegion: 'AP_SOUTHEAST' | 'EU_CENTRAL' | 'EU_WEST' | 'US_EAST' | 'US_WEST'
      createdAt: string
    } | null
  }
}

export type OrgUserMessage = {
  type: 'org_user.joined' | 'org_user.roles_changed' | 'org_user.removed' | 'org_user.left' | 'org_user.suspended' | 'org_user.reinstated'
  timestamp: string
  data: {
    orgId: string
    seq: number
    cursor: string
    event: {
      __typename: 'OrgUserEvent'
      id: string
      seq: number
      cursor: string
      orgId: string
      occurredAt: string
      actor: {
        id: string
        name: string | null
      } | null
      actorToken: {
        id: string
        name: string
      } | null
      memberEventType: 'JOINED' | 'LEFT' | 'REINSTATED' | 'REMOVED' | 'ROLES_CHANGED' | 'SUSPENDED'
      userId: string
      roles: Array<'ADMIN' | 'OWNER' | 'USER'>
      previousRoles: Array<'ADMIN' | 'OWNER' | 'USER'>
      appRoles: string[]
      previousAppRoles: string[]
    }
    orgInvite: null
    orgUser: {
      id: string
      roles: Array<'ADMIN' | 'OWNER' | 'USER'>
      appRoles: {
        id: string
        key: string
        name: string
      }[]
      status: 'ACTIVE' | 'SUSPENDED'
      joinedAt: string
      origin: 'CREATOR' | 'DIRECT' | 'EMAIL_DOMAIN' | 'INVITE' | 'INVITE_LINK' | 'JOIN_REQUEST'
    } | null
    user: {
      id: string
      email: string | null
      emailVerified: boolean | null
      name: string | null
      createdAt: string
    } | null
    org: {
      id: string
      name: string
      slug: string
      logoUrl: string | null
      externalId: string | null
      status: 'ACTIVE' | 'DEPROVISIONING' | 'PROVISIONING'
      tier: 'FREE' | 'PREMIUM'
      dataRegion: 'AP_SOUTHEAST' | 'EU_CENTRAL' | 'EU_WEST' | 'US_EAST' | 'US_WEST'
      createdAt: string
    } | null
  }
}

export type OrgJoinRequestMessage = {
  type: 'org_join_request.requested' | 'org_join_request.approved' | 'org_join_request.declined' | 'org_join_request.withdrawn'
  timestamp: string
  data: {
    orgId: string
    seq: number
    cursor: string
    event: {
      __typename: 'OrgJoinRequestEvent'
      id: string
      seq: number
      cursor: string
      orgId: string
      occurredAt: string
      actor: {
        id: string
        name: string | null
      } | null
      actorToken: {
        id: string
        name: string
      } | null
      joinRequestEventType: 'APPROVED' | 'DECLINED' | 'REQUESTED' | 'WITHDRAWN'
      orgJoinRequestId: string
      orgJoinRequest: {
        id: string
        status: 'APPROVED' | 'DECLINED' | 'PENDING' | 'WITHDRAWN'
        message: string | null
        createdAt: string
        resolvedAt: string | null
        resolvedBy: {
          id: string
          name: string | null
        } | null
      } | null
    }
    orgInvite: null
    orgUser: null
    user: {
      id: string
      email: string | null
      emailVerified: boolean | null
      name: string | null
      createdAt: string
    } | null
    org: {
      id: string
      name: string
      slug: string
      logoUrl: string | null
      externalId: string | null
      status: 'ACTIVE' | 'DEPROVISIONING' | 'PROVISIONING'
      tier: 'FREE' | 'PREMIUM'
      dataRegion: 'AP_SOUTHEAST' | 'EU_CENTRAL' | 'EU_WEST' | 'US_EAST' | 'US_WEST'
      createdAt: string
    } | null
  }
}

export type OrgMessage = {
  type: 'org.created' | 'org.renamed' | 'org.status_changed' | 'org.tier_changed' | 'org.email_domain_bound' | 'org.email_domain_verified' | 'org.email_domain_unbound' | 'org.api_token_created' | 'org.api_token_revoked' | 'org.profile_changed' | 'org.limits_changed' | 'org.email_domain_join_mode_changed' | 'org.invite_link_created' | 'org.invite_link_revoked' | 'org.webhook_created' | 'org.webhook_updated' | 'org.webhook_deleted' | 'org.webhook_disabled'
  timestamp: string
  data: {
    orgId: string
    seq: number
    cursor: string
    event: {
      __typename: 'OrgChangeEvent'
      id: string
      seq: number
      cursor: string
      orgId: string
      occurredAt: string
      actor: {
        id: string
        name: string | null
      } | null
      actorToken: {
        id: string
        name: string
      } | null
      orgEventType: 'API_TOKEN_CREATED' | 'API_TOKEN_REVOKED' | 'CREATED' | 'EMAIL_DOMAIN_BOUND' | 'EMAIL_DOMAIN_JOIN_MODE_CHANGED' | 'EMAIL_DOMAIN_UNBOUND' | 'EMAIL_DOMAIN_VERIFIED' | 'INVITE_LINK_CREATED' | 'INVITE_LINK_REVOKED' | 'LIMITS_CHANGED' | 'PROFILE_CHANGED' | 'RENAMED' | 'STATUS_CHANGED' | 'TIER_CHANGED' | 'WEBHOOK_CREATED' | 'WEBHOOK_DELETED' | 'WEBHOOK_DISABLED' | 'WEBHOOK_UPDATED'
      summary: string
    }
    orgInvite: null
    orgUser: null
    user: null
    org: {
      id: string
      name: string
      slug: string
      logoUrl: string | null
      externalId: string | null
      status: 'ACTIVE' | 'DEPROVISIONING' | 'PROVISIONING'
      tier: 'FREE' | 'PREMIUM'
      dataRegion: 'AP_SOUTHEAST' | 'EU_CENTRAL' | 'EU_WEST' | 'US_EAST' | 'US_WEST'
      createdAt: string
    } | null
  }
}

export type PingMessage = { type: 'ping' }

/** The body of a message, told apart by `type`. */
export type WebhookMessage = OrgInviteMessage | OrgUserMessage | OrgJoinRequestMessage | OrgMessage | PingMessage
