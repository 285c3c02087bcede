import sql from 'sql-template-tag'

/**
 * Whether a row `u` of "user" is whom its address means: who has it verified or, where nobody has, who claims
 * it. A claim to what another has verified means nothing (contract §2).
 */
export const emailOwnerSql = sql`(
  u.email_verified
  or not exists (select 1 from "user" holder where holder.email = u.email and holder.email_verified)
)`
