import sql from 'sql-template-tag'
import { allOf, ofOneRow } from '../../database/transaction.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import { type AppRole, appRoleColumns } from '../core/appRole.js'
import { enterOrg } from '../core/enterOrg.js'
import { NotFoundError, refuseIf } from '../core/refusal.js'
import { activeLinkSql, recordLinkRevoked } from '../core/revokeLinks.js'
import type { Tx } from '../core/transact.js'
import { type OrgInviteLink, orgInviteLinkColumns, whyNotRevokeLink } from './orgInviteLink.js'

/**
 * Revokes an active link: nobody can join by it any more. Those who have joined stay members.
 * @throws {NotFoundError | PermissionDeniedError | RoleNotGrantableError | OrgInviteLinkEndedError}
 */
export async function revokeOrgInviteLink(
  tx: Tx,
  actor: Actor,
  linkId: string | null,
): Promise<OrgInviteLink> {
  if (linkId === null) throw new NotFoundError()
  const orgId = sql`(select of_org.org_id from org_invite_link of_org where of_org.id = ${linkId})`
  const [{ org, authority }, [link], appRoles] = await allOf([
    enterOrg(tx, actor, orgId, 'INVITE_REVOKE'),
    tx.query<OrgInviteLink>(sql`select ${orgInviteLinkColumns} from org_invite_link where id = ${linkId}`),
    tx.query<AppRole>(sql`
      select ${appRoleColumns} from app_role
      where key = any(array(select unnest(app_roles) from org_invite_link where id = ${linkId})) order by key
    `),
  ])
  if (!link) throw new NotFoundError()
  refuseIf(whyNotRevokeLink(authority, link, appRoles, org.now))
  tx.write(
    ofOneRow(sql`
      update org_invite_link set revoked_at = ${org.now} where id = ${link.id} and ${activeLinkSql(org.now)}
    `),
  )
  recordLinkRevoked(tx, org, eventActorOf(actor), link)
  return { ...link, revokedAt: org.now }
}
