import pg from 'pg'
import { expect, it } from 'vitest'
import { oldDatabase } from '../support/oldDatabase.js'

const FIRST = '20261129130000_suspension'
const LAST = '20261129130005_org_user_list_idx_dropped'
const MEMBERS = 20_000
const uuid = (kind: number, of: string) =>
  `('${kind}0000000-0000-7000-8000-' || lpad(${of}::text, 12, '0'))::uuid`

/** What a server of the version before does with members, as it does it: it does not know the new columns. */
const oldServer = {
  joins: `with counted as (
      update org set event_seq = event_seq + 1, member_count = member_count + 1 where id = ${uuid(1, '1')} returning id
    )
    insert into org_user (id, org_id, user_id, roles, joined_at, origin)
    select gen_random_uuid(), counted.id, $1, '{USER}', now(), 'DIRECT' from counted`,
  lists: `select id, org_id, user_id, roles, joined_at, origin, invite_id from org_user
    where org_id = ${uuid(1, '1')} order by joined_at, id limit 20`,
  removes: `with counted as (
      update org set event_seq = event_seq + 1, member_count = member_count - 1 where id = ${uuid(1, '1')} returning id
    )
    delete from org_user using counted where org_id = counted.id and user_id = $1`,
}

it('members join and leave through servers of the version before, during and after the migration', async () => {
  const { client, url, to } = await oldDatabase(FIRST)
  await client.query(`
    insert into org (id, name, name_key, member_count) values (${uuid(1, '1')}, 'Acme', 'acme', ${MEMBERS});
    insert into "user" (id, subject) select ${uuid(2, 'n')}, n from generate_series(1, ${MEMBERS + 3}) n;
    insert into org_user (id, org_id, user_id, roles, origin)
    select gen_random_uuid(), ${uuid(1, '1')}, ${uuid(2, 'n')}, '{USER}', 'DIRECT' from generate_series(1, ${MEMBERS}) n`)
  let done = false
  const servers = Array.from({ length: 3 }, async (_, server) => {
    const old = new pg.Client({ connectionString: url })
    await old.connect()
    const { rows } = await old.query(`select ${uuid(2, String(MEMBERS + 1 + server))} as id`)
    const userId = rows[0].id
    let rounds = 0
    for (; !done; rounds++) {
      await old.query(oldServer.joins, [userId])
      expect((await old.query(oldServer.lists)).rowCount).toBe(20)
      await old.query(oldServer.removes, [userId])
    }
    await old.query(oldServer.joins, [userId])
    await old.end()
    return rounds
  })
  expect(await to((name) => name <= LAST)).toContain(LAST)
  done = true
  for (const rounds of await Promise.all(servers)) expect(rounds).toBeGreaterThan(0)
  const { rows } = await client.query(`
    select member_count, suspended_count, (select count(*)::int from org_user where status = 'ACTIVE') as active
    from org`)
  expect(rows).toEqual([{ member_count: MEMBERS + 3, suspended_count: 0, active: MEMBERS + 3 }])
  const { rows: invalid } = await client.query('select 1 from pg_index where not indisvalid')
  expect(invalid).toEqual([])
}, 120_000)
