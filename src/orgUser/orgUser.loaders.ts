import { loadById } from '../graphql/loadById.js'

/** Memberships by id, whoever asks. */
export const orgUsersById = loadById(({ app }, ids) =>
  app.prisma.orgUser.findMany({ where: { id: { in: ids } } }),
)
