import type {
  InviteRowFragment,
  LiveOrgEventFragment,
  MemberRowFragment,
  OrgEventRowFragment,
  OrgSummaryFragment,
} from '../../../../operations/generated/graphql.js'

export type OrgEvent = OrgEventRowFragment
/** With the whole invite, where an event as it was read has what names it. */
export type LiveEvent = LiveOrgEventFragment
export type Invite = InviteRowFragment
export type Member = MemberRowFragment
export type Glance = OrgSummaryFragment
