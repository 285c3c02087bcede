import sql from 'sql-template-tag'

/**
 * Whether a row `u` of "user" owns its address: it has the address verified, or nobody has. An unverified claim to an
 * address that another account has verified counts for nothing (contract §2).
 */
export const emailOwnerSql = sql`(
  u.email_verified
  or not exists (select 1 from "user" holder where holder.email = u.email and holder.email_verified)
)`
