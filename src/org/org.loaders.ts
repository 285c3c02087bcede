import type { Context } from '../graphql/context.js'
import { loadById } from '../graphql/loadById.js'
import { authorityIn, viewerMemberships } from '../graphql/viewer.js'

/** Orgs by id, whoever asks. */
export const orgsById = loadById(({ app }, ids) => app.prisma.org.findMany({ where: { id: { in: ids } } }))

/** An org by id, null where the viewer may not ORG_READ. */
export async function visibleOrg(context: Context, orgId: string | null) {
  if (orgId === null || !(await authorityIn(context, orgId)).permissions.has('ORG_READ')) return null
  // A member's authority came with the org itself.
  return (await viewerMemberships(context).load(orgId))?.org ?? orgsById(context).load(orgId)
}
