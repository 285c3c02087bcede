/** Statements that return nothing but what the answers need, as flat rows. The servers build the JSON. */
export interface Statement {
  name: string
  text: string
}

const statement = (name: string, text: string): Statement => ({ name, text })

export const flat = {
  /** Parameters: the org, the viewer. No row if the viewer is no member. */
  org: statement(
    'flat org',
    `select o.name, o.status, m.roles && '{ADMIN,OWNER}' from org o, org_user m
     where o.id = $1 and m.org_id = $1 and m.user_id = $2`,
  ),
  /** The org, the most rows. */
  members: statement(
    'flat members',
    `select m.id, m.roles, m.joined_at, u.id, u.name, u.email
     from (select * from org_user where org_id = $1 order by joined_at, id limit $2) m
       join "user" u on u.id = m.user_id order by m.joined_at, m.id`,
  ),
  /** The org. */
  invites: statement(
    'flat invites',
    `select i.id, i.email, i.roles,
       case when i.status = 'PENDING' and i.expires_at <= clock_timestamp() then 'EXPIRED' else i.status end,
       i.created_at, i.expires_at, u.id, u.name
     from (select * from org_invite where org_id = $1 order by created_at desc, id desc limit 20) i
       left join "user" u on u.id = i.invited_by_id order by i.created_at desc, i.id desc`,
  ),
  /** The user. */
  viewer: statement('flat viewer', 'select name, email from "user" where id = $1'),
  /** The org, the inviter, the address. */
  invite: statement('flat invite', 'select id, email, roles, status from bench_invite($1, $2, $3)'),
  /** The invite, the invitee. */
  accept: statement(
    'flat accept',
    `select (a.invite).status, (a.member).id, (a.member).roles, (a.person).name from bench_accept($1, $2) a`,
  ),
} satisfies Record<string, Statement>
