import type pg from 'pg'

export interface Sizes {
  accepted: number
  /** Bytes of the log since the cluster was made. */
  wal: number
  /** Bytes of a row, with its share of the indexes. */
  perInvite: number
  perEvent: number
  perMember: number
}

export async function sizes(pool: pg.Pool): Promise<Sizes> {
  const { rows } = await pool.query<Record<keyof Sizes, string>>(`
    select (select count(*) from org_invite where status = 'ACCEPTED') as accepted,
      pg_current_wal_lsn() - '0/0'::pg_lsn as wal,
      pg_total_relation_size('org_invite') / (select count(*)::float8 from org_invite) as "perInvite",
      pg_total_relation_size('org_event') / (select greatest(count(*), 1)::float8 from org_event) as "perEvent",
      pg_total_relation_size('org_user') / (select count(*)::float8 from org_user) as "perMember"`)
  const [row] = rows
  if (!row) throw new Error('an aggregate returned no row')
  const { accepted, wal, perInvite, perEvent, perMember } = row
  return {
    accepted: Number(accepted),
    wal: Number(wal),
    perInvite: Number(perInvite),
    perEvent: Number(perEvent),
    perMember: Number(perMember),
  }
}
