import sql, { raw, type Sql } from 'sql-template-tag'

/**
 * `statusAt` as SQL: an invite that is stored as PENDING and has expired is EXPIRED.
 * @param invite the table's name in the statement
 * @param now a time, or an SQL expression of one
 */
export function statusSql(invite: 'org_invite' | 'invite', now: Date | Sql): Sql {
  const column = (name: string) => raw(`${invite}.${name}`)
  return sql`case when ${column('status')} = 'PENDING' and ${column('expires_at')} <= ${now}
    then 'EXPIRED' else ${column('status')} end`
}
