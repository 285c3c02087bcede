import sql from 'sql-template-tag'
import { beforeAll, describe, expect, it } from 'vitest'
import { playOne } from '../../demo/acts.js'
import { seedDemo } from '../../demo/history.js'
import { demoPeople } from '../../demo/people.js'
import { signUp } from '../../demo/signUp.js'
import { demoOrgs, findOrg, type OrgOnStage, type Stage } from '../../demo/stage.js'
import { createOrgInvite } from '../../src/domain/invites/createOrgInvite.js'
import { useTestServer } from '../support/testServer.js'

const ACTS = 250

describe.each(demoOrgs)('the demo org $name', (org) => {
  const testServer = useTestServer()
  let stage: Stage

  const onStage = async (): Promise<OrgOnStage> => {
    const there = await findOrg(stage, org)
    if (!there) throw new Error(`${org.name} is not there`)
    return there
  }

  beforeAll(async () => {
    stage = { ...testServer.server.app, random: Math.random, readsAfterMs: 0 }
    await seedDemo(stage, [org])
  }, 60_000)

  it('has a past of some days, in order, that its invites and members agree with', async () => {
    const { id } = await onStage()
    const events = await stage.database.query<{ seq: number; occurredAt: Date }>(
      sql`select seq, occurred_at from org_event where org_id = ${id} order by seq`,
    )
    expect(events.length).toBeGreaterThan(50)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    const times = events.map(({ occurredAt }) => occurredAt.getTime())
    expect(times).toEqual([...times].sort((a, b) => a - b))
    const [first = 0] = times
    expect(Date.now() - first).toBeGreaterThan((org.days - 1) * 24 * 3_600_000)
    expect(times.at(-1)).toBeLessThan(Date.now())
    const wrong = await stage.database.query(sql`
      select id from org_invite
      where org_id = ${id} and (resolved_at < created_at or expires_at <= created_at)
    `)
    expect(wrong).toEqual([])
  })

  it(`stays within its bounds and leaves seeded people and visitors alone, whatever ${ACTS} acts do`, async () => {
    const { id } = await onStage()
    const visitor = 'visitor@elsewhere.example'
    const ada = await signUp(stage.transact, demoPeople.ada)
    await stage.transact((tx) => createOrgInvite(tx, ada, { orgId: id, invitee: { email: visitor } }))
    // The visitor's invite is one more than the demo's own.
    const pending = org.pending + 1
    let done = 0
    for (let act = 0; act < ACTS; act++) {
      const there = await onStage()
      expect(there.memberCount).toBeLessThanOrEqual(org.members)
      expect(there.pendingCount).toBeLessThanOrEqual(pending)
      if (await playOne(stage, there)) done++
    }
    expect(done).toBeGreaterThan(ACTS * 0.8)
    const people = await stage.database.query<{ subject: string }>(sql`
      select subject from org_user join "user" u on u.id = user_id
      where org_id = ${id} and subject like 'demo|%' order by subject
    `)
    const seeded = org.name === 'Acme' ? ['demo|ada', 'demo|ben', 'demo|cleo'] : ['demo|ada', 'demo|ben']
    expect(people.map(({ subject }) => subject)).toEqual(seeded)
    const [invite] = await stage.database.query(
      sql`select status from org_invite where org_id = ${id} and email = ${visitor}`,
    )
    expect(invite).toEqual({ status: 'PENDING' })
  }, 60_000)

  it('keeps counts that agree with its members and invites', async () => {
    const { id } = await onStage()
    const [kept] = await stage.database.query(sql`
      select member_count, pending_count, accepted_count, declined_count, revoked_count, expired_count
      from org where id = ${id}
    `)
    const [counted] = await stage.database.query(sql`
      select (select count(*)::int from org_user where org_id = ${id}) as member_count,
        count(*) filter (where status = 'PENDING')::int as pending_count,
        count(*) filter (where status = 'ACCEPTED')::int as accepted_count,
        count(*) filter (where status = 'DECLINED')::int as declined_count,
        count(*) filter (where status = 'REVOKED')::int as revoked_count,
        count(*) filter (where status = 'EXPIRED')::int as expired_count
      from org_invite where org_id = ${id}
    `)
    expect(kept).toEqual(counted)
  })
})
