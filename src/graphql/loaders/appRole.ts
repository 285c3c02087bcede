import DataLoader from 'dataloader'
import type { AppRole } from '../../domain/core/appRole.js'
import type { Context } from '../context.js'
import { loadById } from './loadById.js'
import { perOperation } from './perOperation.js'

/** Loads app roles by id. It checks no permission. */
export const appRolesById = loadById('appRole')

const appRolesByKey = perOperation(
  ({ app }) =>
    new DataLoader(async (keys: readonly string[]) => {
      const appRoles = await app.prisma.appRole.findMany({ where: { key: { in: [...keys] } } })
      const found = new Map(appRoles.map((appRole) => [appRole.key, appRole]))
      return keys.map((key) => found.get(key) ?? null)
    }),
)

/** The app roles that a member or an invite holds, by key. All of a document are read with one statement. */
export async function appRolesOf(
  context: Context,
  { appRoles }: { appRoles: readonly string[] },
): Promise<AppRole[]> {
  if (appRoles.length === 0) return []
  const found = await Promise.all(appRoles.map((key) => appRolesByKey(context).load(key)))
  // Those that an ended invite granted may be deleted.
  return found.filter((appRole) => appRole !== null)
}
