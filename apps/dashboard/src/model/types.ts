import type {
  AppRoleRowFragment,
  EmailDomainRowFragment,
  InviteRowFragment,
  JoinRequestRowFragment,
  LiveOrgEventFragment,
  MemberRowFragment,
  OrgEventRowFragment,
  OrgSummaryFragment,
  OrgWebhooksQuery,
  WebhookDeliveryRowFragment,
  WhoAmIQuery,
} from '../../../../operations/generated/graphql.js'

export type OrgEvent = OrgEventRowFragment
/** With the whole invite. Events from the history hold only the invite's name. */
export type LiveEvent = LiveOrgEventFragment
export type Invite = InviteRowFragment
export type AppRole = AppRoleRowFragment
export type JoinableOrg = NonNullable<NonNullable<WhoAmIQuery['viewer']>['joinableOrgs']>[number]
export type JoinRequest = JoinRequestRowFragment
export type EmailDomain = EmailDomainRowFragment
export type Member = MemberRowFragment
export type OrgSummary = OrgSummaryFragment
export type Webhook = OrgWebhooksQuery['webhooks'][number]
export type WebhookDelivery = WebhookDeliveryRowFragment
