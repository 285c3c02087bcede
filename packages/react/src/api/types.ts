import type {
  InviteFragment,
  OrgRoleName,
  Permission as PermissionOfSchema,
  PreviewInviteQuery,
  WatchViewerSubscription,
} from '../generated/documents.js'

export type {
  AppRoleFragment as AppRole,
  CreatedInviteFragment as CreatedInvite,
  InviteFragment as Invite,
  MemberFragment as Member,
  OrgChoiceFragment as OrgChoice,
  OrgEventFragment as OrgEvent,
  OrgFragment as Org,
} from '../generated/documents.js'

export type Role = OrgRoleName
export type InviteStatus = InviteFragment['status']
export type Person = NonNullable<InviteFragment['invitedBy']>
export type InvitePreview = NonNullable<PreviewInviteQuery['orgInvitePreview']>
export type Viewer = NonNullable<PreviewInviteQuery['viewer']>

/** An event of an invite to the viewer. */
export type ViewerInviteEvent = WatchViewerSubscription['viewerOrgInviteEvents']

/** What the viewer may do in an org. A newer server may have permissions that are not listed here. */
export type Permission = PermissionOfSchema | (string & {})
