import sql from 'sql-template-tag'
import { allOf, ofOneRow } from '../../database/transaction.js'
import type { Actor } from '../core/actor.js'
import { holdsAppRoleSql } from '../core/appRole.js'
import { readInstancePermissions } from '../core/effectivePermissions.js'
import { NotFoundError, PermissionDeniedError, Refusal } from '../core/refusal.js'
import { activeLinkSql } from '../core/revokeLinks.js'
import type { Tx } from '../core/transact.js'
import { lockAppRoles } from './lockAppRoles.js'

/** Who holds an app role. */
interface Holders {
  orgUsers: number
  pendingInvites: number
  inviteLinks: number
}

export class AppRoleInUseError extends Refusal {
  readonly orgUsers: number
  readonly pendingInvites: number
  readonly inviteLinks: number

  constructor({ orgUsers, pendingInvites, inviteLinks }: Holders) {
    super(
      `The app role is held by ${orgUsers} members, ${pendingInvites} pending invites and ${inviteLinks} active invite links: take it away from them first.`,
    )
    this.orgUsers = orgUsers
    this.pendingInvites = pendingInvites
    this.inviteLinks = inviteLinks
  }
}

/**
 * Deletes an app role that nobody holds. The row's lock waits for operations that grant it, and they wait for this one,
 * so nobody gets an app role that doesn't exist.
 * @throws {NotFoundError | PermissionDeniedError}
 * @throws {AppRoleInUseError} while a member, a pending invite or an active link holds it
 */
export async function deleteAppRole(tx: Tx, actor: Actor, appRoleId: string | null): Promise<void> {
  const [permissions, [appRole]] = await allOf([
    readInstancePermissions(tx, actor),
    tx.query<{ key: string }>(sql`select key from app_role where id = ${appRoleId}`),
  ])
  if (!appRole) throw new NotFoundError()
  if (!permissions.has('APP_ROLE_MANAGE')) throw new PermissionDeniedError('APP_ROLE_MANAGE')
  const { key } = appRole
  const [, [locked], [holders]] = await allOf([
    lockAppRoles(tx),
    tx.query(sql`select from app_role where id = ${appRoleId} for update`),
    tx.query<Holders>(sql`
      select
        (select count(*)::int from org_user where ${holdsAppRoleSql(sql`app_roles`, key)}) as org_users,
        (select count(*)::int from org_invite
          where status = 'PENDING' and ${holdsAppRoleSql(sql`app_roles`, key)} and expires_at > clock_timestamp()
        ) as pending_invites,
        (select count(*)::int from org_invite_link
          where ${activeLinkSql(sql`clock_timestamp()`)} and ${holdsAppRoleSql(sql`app_roles`, key)}
        ) as invite_links
    `),
  ])
  if (!locked) throw new NotFoundError()
  if (holders && holders.orgUsers + holders.pendingInvites + holders.inviteLinks > 0)
    throw new AppRoleInUseError(holders)
  tx.write(ofOneRow(sql`delete from app_role where id = ${appRoleId}`))
}
