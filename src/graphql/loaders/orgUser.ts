import DataLoader from 'dataloader'
import { loadById } from './loadById.js'
import { perOperation } from './perOperation.js'

/** Loads memberships by id. It checks no permission. */
export const orgUsersById = loadById('orgUser')

/** Loads memberships by org and user. It checks no permission. Null for a user who is no member. */
export const orgUsersByPair = perOperation(
  ({ app }) =>
    new DataLoader(
      async (pairs: readonly { orgId: string; userId: string }[]) => {
        // A document asks for few, so it matters little that this finds each of the users in each of the orgs.
        const orgUsers = await app.prisma.orgUser.findMany({
          where: {
            orgId: { in: pairs.map(({ orgId }) => orgId) },
            userId: { in: pairs.map(({ userId }) => userId) },
          },
        })
        const byPair = new Map(orgUsers.map((orgUser) => [pairOf(orgUser), orgUser]))
        return pairs.map((pair) => byPair.get(pairOf(pair)) ?? null)
      },
      { cacheKeyFn: pairOf },
    ),
)

function pairOf({ orgId, userId }: { orgId: string; userId: string }): string {
  return `${orgId} ${userId}`
}
