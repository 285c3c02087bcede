'use client'

export { ApiError } from '@guildhall/client'
export type { Outcome, Refusal } from './api/outcome.js'
export type {
  Invite,
  InviteStatus,
  Member,
  Org,
  OrgChoice,
  OrgEvent,
  Permission,
  Person,
  Role,
} from './api/types.js'
export {
  type Action,
  type ActionState,
  type InviteRef,
  useAccept,
  useChangeRoles,
  useDecline,
  useInvite,
  useRemove,
  useResend,
  useRevoke,
  useUpdateOrg,
} from './hooks/actions.js'
export {
  type LiveRows,
  useInvites,
  useMembers,
  useOrg,
  useOrgConnection,
  useOrgEvents,
  useOrgs,
  usePermission,
  useViewerInvites,
} from './hooks/data.js'
export { GuildhallProvider, type GuildhallProviderProps } from './hooks/provider.js'
export type { Orgs } from './store/connection.js'
export type { InvitesFilter, MembersFilter, Rows } from './store/lists.js'
export type { Live } from './store/liveQuery.js'
