import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'

/**
 * Who accepted an invite, as its event ACCEPTED tells it, if there is no column for it. In events of older versions the
 * acceptor is the actor. If a token answered for somebody, the next event names the person: it belongs to the same
 * transaction and says that they joined, or got the roles.
 */
export const acceptorSql = sql`coalesce(accepted.user_id, accepted.actor_id, following.user_id)`
export const followingSql = sql`
  org_event following on accepted.user_id is null and accepted.actor_id is null
    and following.org_id = accepted.org_id and following.seq = accepted.seq + 1
    and following.kind = 'USER' and following.occurred_at = accepted.occurred_at
`

/**
 * Finds who accepted invites, with one statement. The invite says so, because a membership ends when the member leaves. Of
 * invites that were accepted before it had this column, the event says so.
 * @returns ids of users by the ids of the invites. An invite that nobody accepted is missing.
 */
export async function whoAccepted(
  db: Queryable,
  invites: ReadonlyArray<{ id: string }>,
): Promise<Map<string, string>> {
  const found = await db.query<{ inviteId: string; userId: string | null }>(sql`
    select invite.id as invite_id, coalesce(invite.accepted_by_id, ${acceptorSql}) as user_id
    from unnest(${invites.map(({ id }) => id)}::uuid[]) as asked(id)
      join org_invite invite on invite.id = asked.id
      left join org_event accepted on invite.accepted_by_id is null
        and accepted.org_id = invite.org_id and accepted.org_invite_id = invite.id and accepted.type = 'ACCEPTED'
      left join ${followingSql}
  `)
  return new Map(found.flatMap(({ inviteId, userId }) => (userId === null ? [] : [[inviteId, userId]])))
}
