import DataLoader from 'dataloader'
import { loadById } from '../graphql/loadById.js'
import { perOperation } from '../graphql/perOperation.js'

/** Users by id, whoever asks: for fields that name a user whom their reader may know of. */
export const usersById = loadById('user')

/** The account that has proven an address, null where none has. */
export const usersByVerifiedEmail = perOperation(
  ({ app }) =>
    new DataLoader(async (emails: readonly string[]) => {
      const users = await app.prisma.user.findMany({
        where: { email: { in: [...emails] }, emailVerified: true },
      })
      const byEmail = new Map(users.map((user) => [user.email, user]))
      return emails.map((email) => byEmail.get(email) ?? null)
    }),
)
