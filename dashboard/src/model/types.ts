import type {
  InviteRowFragment,
  MemberRowFragment,
  OrgEventRowFragment,
  OrgSummaryFragment,
} from '../../../operations/generated/graphql.js'

export type OrgEvent = OrgEventRowFragment
export type Invite = InviteRowFragment
export type Member = MemberRowFragment
export type Glance = OrgSummaryFragment
