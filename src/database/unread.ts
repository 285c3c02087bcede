import type { Prisma } from '../generated/prisma/client.js'

/**
 * Columns that operations alone look at: no answer tells of them, so reads leave them in the database. By model and
 * field, as Prisma's `omit` has them.
 */
export const unread: Prisma.GlobalOmitConfig = {
  user: { subject: true, claimsIssuedAt: true, orgDayStart: true, orgDayCount: true },
  org: { nameKey: true, inviteDayStart: true, inviteDayCount: true },
  orgInvite: { mailNumber: true, invitedByTokenId: true, resentById: true, resentByTokenId: true },
  apiToken: { makerMembershipId: true },
}
