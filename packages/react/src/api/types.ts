export type Role = 'OWNER' | 'ADMIN' | 'USER'
export type InviteStatus = 'PENDING' | 'ACCEPTED' | 'DECLINED' | 'REVOKED' | 'EXPIRED'

/** What the viewer may do in an org. A newer server may have permissions that are not listed here. */
export type Permission =
  | 'ORG_READ'
  | 'ORG_UPDATE'
  | 'ORG_DELETE'
  | 'MEMBER_READ'
  | 'MEMBER_UPDATE_ROLES'
  | 'MEMBER_REMOVE'
  | 'INVITE_READ'
  | 'INVITE_CREATE'
  | 'INVITE_RESEND'
  | 'INVITE_REVOKE'
  | 'INVITE_DELETE'
  | 'EMAIL_DOMAIN_READ'
  | 'EMAIL_DOMAIN_MANAGE'
  | 'EVENT_READ'
  | 'API_TOKEN_READ'
  | 'API_TOKEN_MANAGE'
  | 'WEBHOOK_READ'
  | 'WEBHOOK_MANAGE'
  | (string & {})

export interface Person {
  readonly id: string
  readonly name: string | null
}

export interface OrgChoice {
  readonly id: string
  readonly name: string
  readonly slug: string
  readonly logoUrl: string | null
  readonly viewerOrgUser: { readonly id: string; readonly roles: readonly Role[] } | null
}

export interface Org extends OrgChoice {
  readonly status: 'ACTIVE' | 'DEPROVISIONING' | 'PROVISIONING'
  readonly limits: {
    readonly seats: number
    readonly seatsUsed: number
    readonly pendingInvites: number
    readonly pendingInvitesUsed: number
  }
  readonly viewerPermissions: readonly Permission[]
  /** The roles that the viewer can grant. */
  readonly viewerAssignableRoles: readonly Role[]
}

export interface Member {
  readonly id: string
  readonly user: Person & { readonly email: string | null }
  readonly roles: readonly Role[]
  readonly status: 'ACTIVE' | 'SUSPENDED'
  readonly joinedAt: string
  readonly viewerCanChangeRoles: boolean
  readonly viewerCanRemove: boolean
}

export interface Invite {
  readonly id: string
  readonly orgName: string
  readonly email: string | null
  readonly invitedUser: Person | null
  readonly invitedBy: Person | null
  readonly roles: readonly Role[]
  readonly status: InviteStatus
  readonly message: string | null
  readonly createdAt: string
  readonly expiresAt: string
  readonly delivery: 'FAILED' | 'NOT_SENT' | 'QUEUED' | 'SENT'
  readonly viewerCanAccept: boolean
  readonly viewerCanDecline: boolean
  readonly viewerCanRevoke: boolean
  readonly viewerCanResend: boolean
}

interface EventOfOrg {
  readonly id: string
  readonly seq: number
  readonly cursor: string
  readonly orgId: string
  readonly occurredAt: string
  readonly actor: Person | null
}

/** An event of an org. Events of a kind that is not listed here have only the common fields. */
export type OrgEvent =
  | (EventOfOrg & {
      readonly __typename: 'OrgInviteEvent'
      readonly inviteEventType: string
      readonly orgInviteId: string
      readonly status: InviteStatus
      readonly orgInvite: Invite | null
    })
  | (EventOfOrg & {
      readonly __typename: 'OrgUserEvent'
      readonly memberEventType: 'JOINED' | 'LEFT' | 'REINSTATED' | 'REMOVED' | 'ROLES_CHANGED' | 'SUSPENDED'
      readonly userId: string
      readonly user: Person | null
      readonly roles: readonly Role[]
      readonly previousRoles: readonly Role[]
    })
  | (EventOfOrg & {
      readonly __typename: 'OrgJoinRequestEvent'
      readonly joinRequestEventType: string
      readonly orgJoinRequestId: string
    })
  | (EventOfOrg & {
      readonly __typename: 'OrgChangeEvent'
      readonly orgEventType: string
      readonly summary: string
    })

/** An event of an invite to the viewer. */
export interface ViewerInviteEvent {
  readonly cursor: string
  readonly orgInviteId: string
  readonly status: InviteStatus
}

export interface InvitePreview {
  readonly orgName: string
  readonly maskedEmail: string
  readonly invitedByName: string | null
  readonly roles: readonly Role[]
  readonly status: InviteStatus
  readonly message: string | null
  readonly expiresAt: string
  /** When somebody with the link last asked for a new one. */
  readonly renewalRequestedAt: string | null
}

export interface Viewer extends Person {
  readonly email: string | null
  readonly emailVerified: boolean | null
}
