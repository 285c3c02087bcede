import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expireNow } from '../../support/expireNow.js'
import { eventually } from '../../support/jobs.js'
import { createOrg, invite, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

/** The EXPIRED event comes within this time, unasked (contract §5), ms. */
const EXPIRED_WITHIN_MS = 2_000

describe('where expiry fails', () => {
  const testServer = useTestServer()
  let pool: Pool
  let owner: TestPerson
  beforeAll(async () => {
    pool = openPool(testServer.database.url)
    owner = await testServer.signUp()
  })
  afterAll(() => pool.end())

  const pending = (orgId: string) => invite(owner, orgId, `${crypto.randomUUID()}@guests.example`)
  const overdue = async (orgId: string) => expireNow(testServer, await pending(orgId))
  const statuses = async (orgId: string): Promise<string[]> => {
    const { rows } = await pool.query('select status from org_invite where org_id = $1 order by id', [
      uuidOf(orgId),
    ])
    return rows.map(({ status }) => status)
  }
  const setPending = (orgId: string, count: number) =>
    pool.query('update org set pending_count = $2 where id = $1', [uuidOf(orgId), count])
  const round = async () => {
    const { rows } = await pool.query(
      `select id::int, attempts, locked_at is not null as running from graphile_worker._private_jobs where key = 'expireOrgInvites'`,
    )
    return rows[0]
  }
  /** Changes the round that waits, once there is one. */
  const moveRound = (change: string) =>
    eventually(5_000, async () => {
      const { rowCount } = await pool.query(
        `update graphile_worker._private_jobs set ${change} where key = 'expireOrgInvites' and locked_at is null`,
      )
      expect(rowCount).toBe(1)
    })
  const jobsGivenUp = async () => {
    const { rows } = await pool.query(
      'select last_error from graphile_worker._private_jobs where attempts >= max_attempts and locked_at is null',
    )
    return rows
  }

  it('for one org, the others’ invites end on time, and its own once it is mended', async () => {
    const broken = await Promise.all(Array.from({ length: 3 }, () => createOrg(owner)))
    const sound = await Promise.all(Array.from({ length: 7 }, () => createOrg(owner)))
    const first = await round()
    for (const orgId of broken) {
      const id = await pending(orgId)
      // Its end would count below zero, which a check refuses.
      await setPending(orgId, 0)
      await expireNow(testServer, id)
    }
    for (const orgId of sound) await overdue(orgId)
    for (const orgId of sound)
      await eventually(EXPIRED_WITHIN_MS, async () => expect(await statuses(orgId)).toEqual(['EXPIRED']))

    // And so do those that run out later, while rounds come by no more often than they have to.
    await sleep(3_000)
    const [one = ''] = sound
    await overdue(one)
    await eventually(EXPIRED_WITHIN_MS, async () =>
      expect(await statuses(one)).toEqual(['EXPIRED', 'EXPIRED']),
    )
    for (const orgId of broken) expect(await statuses(orgId)).toEqual(['PENDING'])
    expect((await round()).id - first.id).toBeLessThan(20)
    expect(await jobsGivenUp()).toEqual([])

    for (const orgId of broken) await setPending(orgId, 1)
    for (const orgId of broken)
      await eventually(EXPIRED_WITHIN_MS, async () => expect(await statuses(orgId)).toEqual(['EXPIRED']))
    const [mended = ''] = broken
    expect((await readOrg(owner, mended)).inviteCounts).toMatchObject({ pending: 0, expired: 1 })
  }, 30_000)

  it('as a whole, it goes on within 2 s of the end of that', async () => {
    const orgId = await createOrg(owner)
    await overdue(orgId)
    await pool.query('alter table org_invite rename to away')
    await sleep(4_000)
    await pool.query('alter table away rename to org_invite')
    await overdue(orgId)
    await eventually(EXPIRED_WITHIN_MS, async () =>
      expect(await statuses(orgId)).toEqual(['EXPIRED', 'EXPIRED']),
    )
    expect(await jobsGivenUp()).toEqual([])
  }, 30_000)

  it('so that not even the next round can be asked for, it is not given up', async () => {
    const orgId = await createOrg(owner)
    await pool.query('alter function graphile_worker.add_jobs rename to away')
    await moveRound('attempts = 24, run_at = now()')
    await eventually(5_000, async () => expect(await round()).toMatchObject({ attempts: 25, running: false }))
    await pool.query('alter function graphile_worker.away rename to add_jobs')
    // After so many failures it would take hours.
    await moveRound('run_at = now()')
    await overdue(orgId)
    await eventually(EXPIRED_WITHIN_MS, async () => expect(await statuses(orgId)).toEqual(['EXPIRED']))
    await eventually(EXPIRED_WITHIN_MS, async () => expect((await round()).attempts).toBe(0))
    expect(await jobsGivenUp()).toEqual([])
  }, 30_000)

  it('after it asked for the next round, what is left of it is cleared away', async () => {
    // As a server that is killed just then leaves it.
    await pool.query(`select graphile_worker.add_job('expireOrgInvites', run_at => now() + interval '1 day')`)
    await pool.query('update graphile_worker._private_jobs set attempts = max_attempts where key is null')
    expect(await jobsGivenUp()).toHaveLength(1)
    await pool.query(`update graphile_worker._private_jobs set run_at = now() where key = 'tidyUp'`)
    await eventually(2_000, async () => expect(await jobsGivenUp()).toEqual([]))
  })
})
