import type { OrgResource } from '../../domain/core/org.js'
import { builder } from '../builder.js'

export const OrgResourceType = builder.objectRef<OrgResource>('OrgResource').implement({
  description: 'How many resources of one kind an org owns, as the host application says.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'The kind of resource, as the host application names it.' }),
    count: t.exposeInt('count', { description: 'How many, at least 1.' }),
  }),
})

interface Limits {
  seats: number
  seatsUsed: number
  pendingInvites: number
  pendingInvitesUsed: number
}

export const OrgLimitsType = builder.objectRef<Limits>('OrgLimits').implement({
  description:
    'Limits of the org, and how much of them is used. An org can have limits of its own, or those of its tier.',
  fields: (t) => ({
    seats: t.exposeInt('seats', { description: 'Maximum number of ACTIVE members.' }),
    seatsUsed: t.exposeInt('seatsUsed', {
      description: 'Number of ACTIVE members now. SUSPENDED members take no seat.',
    }),
    pendingInvites: t.exposeInt('pendingInvites', { description: 'Maximum number of pending invites.' }),
    pendingInvitesUsed: t.exposeInt('pendingInvitesUsed', { description: 'Number of pending invites now.' }),
  }),
})

interface InviteCounts {
  pending: number
  accepted: number
  declined: number
  revoked: number
  expired: number
}

export const OrgInviteCountsType = builder.objectRef<InviteCounts>('OrgInviteCounts').implement({
  description: 'How many invites of an org have each status now. Deleted invites are not counted.',
  fields: (t) => ({
    pending: t.exposeInt('pending', { description: 'PENDING: waiting for an answer.' }),
    accepted: t.exposeInt('accepted', { description: 'ACCEPTED.' }),
    declined: t.exposeInt('declined', { description: 'DECLINED.' }),
    revoked: t.exposeInt('revoked', { description: 'REVOKED.' }),
    expired: t.exposeInt('expired', { description: 'EXPIRED: not answered in time.' }),
  }),
})
