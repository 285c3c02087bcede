import type { Pool, PoolClient } from 'pg'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { theServer } from '../../../src/domain/core/actor.js'
import { lockOrg } from '../../../src/domain/core/lockOrg.js'
import { NotFoundError } from '../../../src/domain/core/refusal.js'
import type { Tx } from '../../../src/domain/core/transact.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { readSnapshot, uuidOf, violationsOf } from '../../support/orgSnapshot.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

describe('an operation whose transaction PostgreSQL cancels', () => {
  const testServer = useTestServer()
  let pool: Pool
  let owner: TestPerson
  let orgId: string
  let otherId: string
  beforeAll(async () => {
    pool = openPool(testServer.database.url)
    owner = await testServer.signUp()
  })
  beforeEach(async () => {
    orgId = await createOrg(owner)
    otherId = await createOrg(owner)
  })
  afterAll(() => pool.end())

  /** A connection that PostgreSQL never cancels for a deadlock, because it never looks for one. */
  async function neverVictim(): Promise<PoolClient> {
    const connection = await pool.connect()
    await connection.query(`set deadlock_timeout = '1min'`)
    return connection
  }

  async function renamed(tx: Tx): Promise<void> {
    const org = await lockOrg(tx, uuidOf(orgId))
    tx.record(org, theServer, { kind: 'CHANGE', type: 'RENAMED', summary: 'Renamed.' })
  }

  const eventsOf = async () => (await readSnapshot(pool, uuidOf(orgId)))?.events.map(({ type }) => type)

  it('is run again after a deadlock, and takes effect once', async () => {
    const rival = await neverVictim()
    let attempts = 0
    const rivalLocks = rival.query('begin').then(() => lock(rival, otherId))
    const done = testServer.server.app.transact(async (tx) => {
      attempts++
      await renamed(tx)
      await rivalLocks
      // From here on each waits for the other.
      if (attempts === 1) setTimeout(() => lock(rival, orgId).then(() => rival.query('commit')), 50)
      await lockOrg(tx, uuidOf(otherId))
    })
    await done
    rival.release()
    expect(attempts).toBe(2)
    expect(await eventsOf()).toEqual(['CREATED', 'JOINED', 'RENAMED'])
  })

  it('is run at most five times, and then has no effect', async () => {
    let attempts = 0
    const failing = testServer.server.app.transact(async (tx) => {
      attempts++
      await tx.query(sql`set transaction isolation level repeatable read`)
      await tx.query(sql`select 1`)
      // Another transaction changes the row after this transaction's snapshot, every time.
      await pool.query('update org set data_region = data_region where id = $1', [uuidOf(orgId)])
      await renamed(tx)
    })
    await expect(failing).rejects.toMatchObject({ code: '40001' })
    expect(attempts).toBe(5)
    expect(await eventsOf()).toEqual(['CREATED', 'JOINED'])
    expect(violationsOf((await readSnapshot(pool, uuidOf(orgId))) as never)).toEqual([])
  })

  it('reports the original error, not the lost connection', async () => {
    const refused = testServer.server.app.transact(async (tx) => {
      const [own] = await tx.query<{ pid: number }>(sql`select pg_backend_pid() as pid`)
      await pool.query('select pg_terminate_backend($1, 5000)', [own?.pid])
      throw new NotFoundError()
    })
    await expect(refused).rejects.toThrow(NotFoundError)
  })

  it('is not run again after its own refusal or an invalid statement', async () => {
    let attempts = 0
    const refused = testServer.server.app.transact(async (tx) => {
      attempts++
      await lockOrg(tx, crypto.randomUUID())
    })
    await expect(refused).rejects.toThrow(NotFoundError)
    const faulty = testServer.server.app.transact(async (tx) => {
      attempts++
      await tx.query(sql`select 1 / 0`)
    })
    await expect(faulty).rejects.toMatchObject({ code: '22012' })
    expect(attempts).toBe(2)
  })

  it('succeeds through the API in spite of the deadlock', async () => {
    const rival = await neverVictim()
    const name = `Org ${crypto.randomUUID()}`
    // The rival has locked the name and wants the org. The rename has locked the org and wants the
    // name.
    await rival.query('begin')
    await rival.query('insert into org (id, name, name_key) values (gen_random_uuid(), $1, $2)', [
      name,
      name.toLowerCase(),
    ])
    const renaming = mutate(owner, 'updateOrg', { orgId, name }, 'org { name }')
    await waitsForLock(pool)
    await lock(rival, orgId)
    await rival.query('rollback')
    rival.release()
    expect(await renaming).toMatchObject({ __typename: 'UpdateOrgPayload', org: { name } })
  })

  it('tells the client to try again if all attempts fail', async () => {
    await pool.query(`
      create function in_vain() returns trigger language plpgsql as
        $$ begin raise exception 'never' using errcode = '40001'; end $$;
      create trigger in_vain before update of name on org for each row
        when (new.name = 'In vain') execute function in_vain()`)
    const { errors } = await owner.ask(
      'mutation($orgId: ID!) { updateOrg(input: { orgId: $orgId, name: "In vain" }) { __typename } }',
      { orgId },
    )
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
  })
})

async function lock(connection: PoolClient, globalId: string): Promise<void> {
  await connection.query('select 1 from org where id = $1 for no key update', [uuidOf(globalId)])
}

/** Waits until some session waits for another's lock. */
async function waitsForLock(pool: Pool): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(
      `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
    if (rowCount) return
  }
}
