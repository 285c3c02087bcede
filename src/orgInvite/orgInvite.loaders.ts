import DataLoader from 'dataloader'
import sql from 'sql-template-tag'
import type { Context } from '../graphql/context.js'
import { loadById } from '../graphql/loadById.js'
import { perOperation } from '../graphql/perOperation.js'
import { authorityIn, viewerAccount } from '../graphql/viewer.js'
import { isInvitee } from './orgInvite.js'

/** Invites by id, whoever asks. */
export const invitesById = loadById(({ app }, ids) =>
  app.prisma.orgInvite.findMany({ where: { id: { in: ids } } }),
)

/** Whether the viewer is an invite's own person: the address is theirs, and proven. */
export async function isViewersInvite(
  context: Context,
  invite: { email: string; invitedUserId: string | null },
): Promise<boolean> {
  const account = await viewerAccount(context)()
  return account !== null && isInvitee(invite, account)
}

/** An invite by id, null where the viewer may not read it: neither its org's invites nor their own. */
export async function visibleInvite(context: Context, inviteId: string | null) {
  if (inviteId === null) return null
  const invite = await invitesById(context).load(inviteId)
  if (!invite) return null
  const { permissions } = await authorityIn(context, invite.orgId)
  return permissions.has('INVITE_READ') || (await isViewersInvite(context, invite)) ? invite : null
}

/** How many of an org's invites are past their time and not counted out yet: few, for at most a second or two. */
export const dueInvites = perOperation(
  ({ app }) =>
    new DataLoader(async (orgIds: readonly string[]) => {
      const rows = await app.database.query<{ orgId: string; due: number }>(sql`
        select org_id, count(*)::int as due from org_invite
        where org_id = any(${orgIds}::uuid[]) and status = 'PENDING' and expires_at <= clock_timestamp()
        group by org_id
      `)
      const byOrg = new Map(rows.map(({ orgId, due }) => [orgId, due]))
      return orgIds.map((orgId) => byOrg.get(orgId) ?? 0)
    }),
)
