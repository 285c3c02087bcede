import type { Prisma, PrismaClient } from '../generated/prisma/client.js'

/**
 * Columns that Prisma omits from reads: internal ones that the API never exposes, and large ones. By model and field, as
 * Prisma's option `omit` wants them.
 */
export const omittedColumns = {
  user: { subject: true, claimsIssuedAt: true, orgDayStart: true, orgDayCount: true },
  // `metadata` can be large. The field of the API reads it for itself.
  org: { nameKey: true, metadata: true, inviteDayStart: true, inviteDayCount: true },
  orgUser: { searchText: true },
  orgEvent: { transactionId: true },
  orgInvite: {
    acceptedById: true,
    mailNumber: true,
    remindedMail: true,
    invitedByTokenId: true,
    resentById: true,
    resentByTokenId: true,
  },
  orgInviteLink: { hash: true, createdByTokenId: true },
  apiToken: { hash: true, makerMembershipId: true },
  webhook: { sealedSecret: true, previousSecret: true, previousUntil: true },
  webhookDelivery: { firstAttemptAt: true },
} as const satisfies Prisma.GlobalOmitConfig

type OmittedColumns = typeof omittedColumns
type OmittedOf<Model> = Model extends keyof OmittedColumns ? keyof OmittedColumns[Model] : never

/** Prisma's client with `omittedColumns`: a query that wants one of them selects it by name. */
export type ReadClient = PrismaClient<never, OmittedColumns>

/** A row as `ReadClient` reads it. */
export type ReadRow<Model extends Prisma.ModelName> = Omit<
  Prisma.TypeMap['model'][Model]['payload']['scalars'],
  OmittedOf<Uncapitalize<Model>>
>
