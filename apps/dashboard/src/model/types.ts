import type {
  AppRoleRowFragment,
  InviteRowFragment,
  LiveOrgEventFragment,
  MemberRowFragment,
  OrgEventRowFragment,
  OrgSummaryFragment,
} from '../../../../operations/generated/graphql.js'

export type OrgEvent = OrgEventRowFragment
/** With the whole invite. Events from the history hold only the invite's name. */
export type LiveEvent = LiveOrgEventFragment
export type Invite = InviteRowFragment
export type AppRole = AppRoleRowFragment
export type Member = MemberRowFragment
export type OrgSummary = OrgSummaryFragment
