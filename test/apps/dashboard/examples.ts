import type { Invite, OrgEvent, OrgSummary } from '../../../apps/dashboard/src/model/types.js'

type InviteEvent = Extract<OrgEvent, { __typename: 'OrgInviteEvent' }>
type MemberEvent = Extract<OrgEvent, { __typename: 'OrgUserEvent' }>
type RequestEvent = Extract<OrgEvent, { __typename: 'OrgJoinRequestEvent' }>
type ChangeEvent = Extract<OrgEvent, { __typename: 'OrgChangeEvent' }>

export const ada = { id: 'user-ada', name: 'Ada' }
export const grace = { id: 'user-grace', name: 'Grace', email: 'grace@example.com' }

const common = (seq: number) => ({
  id: `event-${seq}`,
  seq,
  cursor: `cursor-${seq}`,
  orgId: 'org',
  occurredAt: '2026-03-01T12:00:00.000Z',
  actor: ada,
})

export const invite = (over: Partial<Invite> = {}): Invite => ({
  id: 'invite-1',
  orgName: 'Acme',
  email: 'grace@example.com',
  invitedUser: null,
  invitedBy: ada,
  roles: ['USER'],
  appRoles: [],
  status: 'PENDING',
  message: null,
  createdAt: '2026-03-01T12:00:00.000Z',
  expiresAt: '2026-03-08T12:00:00.000Z',
  resolvedAt: null,
  delivery: 'SENT',
  deliveryProblem: null,
  lastSentAt: '2026-03-01T12:00:01.000Z',
  sendCount: 1,
  renews: null,
  viewerCanAccept: false,
  viewerCanDecline: false,
  viewerCanRevoke: true,
  viewerCanResend: true,
  ...over,
})

export const inviteEvent = (seq: number, over: Partial<InviteEvent> = {}): InviteEvent => ({
  ...common(seq),
  __typename: 'OrgInviteEvent',
  inviteEventType: 'CREATED',
  orgInviteId: 'invite-1',
  status: 'PENDING',
  previousStatus: null,
  roles: ['USER'],
  orgInvite: invite(),
  ...over,
})

export const memberEvent = (seq: number, over: Partial<MemberEvent> = {}): MemberEvent => ({
  ...common(seq),
  __typename: 'OrgUserEvent',
  memberEventType: 'JOINED',
  userId: grace.id,
  user: grace,
  roles: ['USER'],
  previousRoles: [],
  appRoles: [],
  previousAppRoles: [],
  ...over,
})

export const requestEvent = (seq: number, over: Partial<RequestEvent> = {}): RequestEvent => ({
  ...common(seq),
  __typename: 'OrgJoinRequestEvent',
  joinRequestEventType: 'REQUESTED',
  orgJoinRequestId: 'request-1',
  user: grace,
  ...over,
})

export const changeEvent = (seq: number, over: Partial<ChangeEvent> = {}): ChangeEvent => ({
  ...common(seq),
  __typename: 'OrgChangeEvent',
  orgEventType: 'RENAMED',
  summary: 'Renamed from Acme to Apex.',
  ...over,
})

export const summary = (over: Partial<OrgSummary> = {}): OrgSummary => ({
  slug: 'acme',
  logoUrl: null,
  id: 'org',
  name: 'Acme',
  status: 'ACTIVE',
  tier: 'FREE',
  dataRegion: 'EU_WEST',
  createdAt: '2026-01-01T00:00:00.000Z',
  limits: { seats: 25, seatsUsed: 3, pendingInvites: 25, pendingInvitesUsed: 2 },
  inviteCounts: { pending: 2, accepted: 2, declined: 0, revoked: 0, expired: 1 },
  members: { totalCount: 3 },
  owners: { totalCount: 1 },
  admins: { totalCount: 1 },
  plainUsers: { totalCount: 1 },
  pendingRequests: { totalCount: 2 },
  resources: [],
  viewerOrgUser: null,
  viewerPermissions: [],
  viewerAssignableRoles: [],
  ...over,
})
