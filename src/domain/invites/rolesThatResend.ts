import sql from 'sql-template-tag'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { authorityOfRoles, mayActOn, rolesByRank } from '../core/permission.js'
import type { Tx } from '../core/transact.js'
import type { OrgInvite } from './orgInvite.js'

/** The roles whose members may resend an invite: what it grants must not be above theirs. */
export async function rolesThatResend(
  tx: Tx,
  { roles, appRoles }: Pick<OrgInvite, 'roles' | 'appRoles'>,
): Promise<OrgRoleName[]> {
  const ranks =
    appRoles.length === 0
      ? []
      : await tx.query<{ rank: OrgRoleName }>(
          sql`select distinct assignable_by as rank from app_role where key = any(${appRoles})`,
        )
  const granting = [...roles, ...ranks.map(({ rank }) => rank)]
  return rolesByRank.filter((role) => mayActOn(authorityOfRoles([role]), 'INVITE_RESEND', granting))
}
