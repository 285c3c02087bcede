import type { Context } from '../graphql/context.js'
import { loadById } from '../graphql/loadById.js'
import { authorityIn } from '../graphql/viewer.js'

/** Orgs by id, whoever asks. */
export const orgsById = loadById(({ app }, ids) => app.prisma.org.findMany({ where: { id: { in: ids } } }))

/** An org by id, null where the viewer may not ORG_READ. */
export async function visibleOrg(context: Context, orgId: string | null) {
  if (orgId === null || !(await authorityIn(context, orgId)).permissions.has('ORG_READ')) return null
  return orgsById(context).load(orgId)
}
