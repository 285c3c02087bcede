import type { Pool, PoolClient } from 'pg'

const statuses = ['PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED']

/** Makes the counters of all orgs right, after rows that no operation has inserted. */
export async function countOrgs(db: Pool | PoolClient): Promise<void> {
  const counted = statuses.map((status) => `count(*) filter (where status = '${status}') as ${status}`)
  const set = statuses.map((status) => `${status.toLowerCase()}_count = coalesce(${status}, 0)`)
  await db.query(`
    with invites as (select org_id, ${counted.join(', ')} from org_invite group by org_id),
    members as (
      select org_id, count(*) as members, count(*) filter (where status = 'SUSPENDED') as suspended from org_user group by org_id
    )
    update org set ${set.join(', ')}, member_count = coalesce(members, 0), suspended_count = coalesce(suspended, 0)
    from org own left join members on members.org_id = own.id left join invites on invites.org_id = own.id
    where org.id = own.id`)
}
