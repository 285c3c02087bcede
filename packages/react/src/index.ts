'use client'

export { ApiError } from '@guildhall/client'
export type { Outcome, Refusal } from './api/outcome.js'
export type { Requests } from './api/requests.js'
export type {
  AppRole,
  CreatedInvite,
  Invite,
  InvitePreview,
  InviteStatus,
  Member,
  Org,
  OrgChoice,
  OrgEvent,
  Permission,
  Person,
  Role,
  Viewer,
} from './api/types.js'
export type { InviteFormState, OrgToInvite, RolesChoice } from './components/InviteForm.js'
export { InvitePage, type InvitePageProps } from './components/InvitePage.js'
export { InvitePeople, type InvitePeopleProps } from './components/InvitePeople.js'
export type { JoinedOrg } from './components/invitePage/EndedInvite.js'
export type { InviteDraft, InviteTerms } from './components/inviteTerms.js'
export type { MembersColumn, MembersPart } from './components/MemberRow.js'
export { MembersPanel, type MembersPanelProps } from './components/MembersPanel.js'
export type { GivenMembers } from './components/MembersTable.js'
export type { MemberAction, MemberQuestion } from './components/memberQuestion.js'
export { OrgProfile, type OrgProfileProps, type OrgToEdit } from './components/OrgProfile.js'
export { type OrgName, OrgSwitcher, type OrgSwitcherProps } from './components/OrgSwitcher.js'
export {
  type DeclineQuestion,
  PendingInvites,
  type PendingInvitesProps,
} from './components/PendingInvites.js'
export type { Invited } from './components/sendInvites.js'
export {
  type Action,
  type ActionState,
  type InviteRef,
  useAccept,
  useChangeRoles,
  useDecline,
  useReinstate,
  useRemove,
  useRequestRenewal,
  useResend,
  useRevoke,
  useSuspend,
  useUpdateOrg,
} from './hooks/actions.js'
export {
  type LiveRows,
  useAppRoles,
  useInvitePreview,
  useInvites,
  useMembers,
  useOrg,
  useOrgConnection,
  useOrgEvents,
  useOrgs,
  usePermission,
  useViewerInvites,
} from './hooks/data.js'
export { type InviteOptions, useInvite, useInviteMany } from './hooks/inviting.js'
export { GuildhallProvider, type GuildhallProviderProps } from './hooks/provider.js'
export type { Orgs, Preview } from './store/connection.js'
export type { InvitesFilter, MembersFilter, MembersOptions, MembersOrder, Rows } from './store/lists.js'
export type { Live } from './store/liveQuery.js'
export { german } from './words/de.js'
export { english, type Words } from './words/en.js'
export type { Controls } from './words/look.js'
