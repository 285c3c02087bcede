import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expireNow } from '../../support/expireNow.js'
import { eventually } from '../../support/jobs.js'
import { createOrg, invite, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

/** Contract §5: the EXPIRED event comes within this time without any request, in ms. */
const EXPIRED_WITHIN_MS = 2_000

describe('when the expiry job fails', () => {
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
  /** Updates the scheduled round as soon as there is one. */
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

  it('for one org, other orgs’ invites end on time, and its own once the cause is gone', async () => {
    const broken = await Promise.all(Array.from({ length: 3 }, () => createOrg(owner)))
    const sound = await Promise.all(Array.from({ length: 7 }, () => createOrg(owner)))
    const first = await round()
    for (const orgId of broken) {
      const id = await pending(orgId)
      // Its end would make the count negative, which a check constraint refuses.
      await setPending(orgId, 0)
      await expireNow(testServer, id)
    }
    for (const orgId of sound) await overdue(orgId)
    for (const orgId of sound)
      await eventually(EXPIRED_WITHIN_MS, async () => expect(await statuses(orgId)).toEqual(['EXPIRED']))

    // Invites that expire later also end on time, although rounds come only as often as they must.
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

  it('for all orgs, it goes on within 2 s after the cause is gone', async () => {
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

  it('and cannot schedule its next round either, it still goes on later', async () => {
    const orgId = await createOrg(owner)
    await pool.query('alter function graphile_worker.add_jobs rename to away')
    await moveRound('attempts = 24, run_at = now()')
    await eventually(5_000, async () => expect(await round()).toMatchObject({ attempts: 25, running: false }))
    await pool.query('alter function graphile_worker.away rename to add_jobs')
    // After so many failures the next try would come hours later.
    await moveRound('run_at = now()')
    await overdue(orgId)
    await eventually(EXPIRED_WITHIN_MS, async () => expect(await statuses(orgId)).toEqual(['EXPIRED']))
    await eventually(EXPIRED_WITHIN_MS, async () => expect((await round()).attempts).toBe(0))
    expect(await jobsGivenUp()).toEqual([])
  }, 30_000)

  it('after it scheduled the next round, its failed round is cleaned up', async () => {
    // A server that is killed at this moment leaves the same job.
    await pool.query(`select graphile_worker.add_job('expireOrgInvites', run_at => now() + interval '1 day')`)
    await pool.query('update graphile_worker._private_jobs set attempts = max_attempts where key is null')
    expect(await jobsGivenUp()).toHaveLength(1)
    await pool.query(`update graphile_worker._private_jobs set run_at = now() where key = 'tidyUp'`)
    await eventually(2_000, async () => expect(await jobsGivenUp()).toEqual([]))
  })
})
