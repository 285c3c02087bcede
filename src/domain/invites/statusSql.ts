import sql, { raw, type Sql } from 'sql-template-tag'

/**
 * `statusAt` as SQL: what is stored as PENDING and past its time is EXPIRED.
 * @param invite the table's name in the statement
 * @param now a value, or the expression of one
 */
export function statusSql(invite: 'org_invite' | 'invite', now: Date | Sql): Sql {
  const column = (name: string) => raw(`${invite}.${name}`)
  return sql`case when ${column('status')} = 'PENDING' and ${column('expires_at')} <= ${now}
    then 'EXPIRED' else ${column('status')} end`
}
