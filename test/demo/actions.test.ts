import sql from 'sql-template-tag'
import { beforeAll, describe, expect, it } from 'vitest'
import { runRandomAction } from '../../demo/actions.js'
import { type DemoContext, type DemoOrgState, demoOrgs, findOrg } from '../../demo/context.js'
import { demoPeople } from '../../demo/people.js'
import { seedDemo } from '../../demo/seedDemo.js'
import { signUp } from '../../demo/signUp.js'
import { createOrgInvite } from '../../src/domain/invites/createOrgInvite.js'
import { useTestServer } from '../support/testServer.js'

const ACTS = 250

describe.each(demoOrgs)('the demo org $name', (org) => {
  const testServer = useTestServer()
  let context: DemoContext

  const orgState = async (): Promise<DemoOrgState> => {
    const state = await findOrg(context, org)
    if (!state) throw new Error(`${org.name} does not exist`)
    return state
  }

  beforeAll(async () => {
    context = { ...testServer.server.app, random: Math.random, readsAfterMs: 0 }
    await seedDemo(context, [org])
  }, 60_000)

  it('starts with a history of some days, in order, that agrees with its invites and members', async () => {
    const { id } = await orgState()
    const events = await context.database.query<{ seq: number; occurredAt: Date }>(
      sql`select seq, occurred_at from org_event where org_id = ${id} order by seq`,
    )
    expect(events.length).toBeGreaterThan(50)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    const times = events.map(({ occurredAt }) => occurredAt.getTime())
    expect(times).toEqual([...times].sort((a, b) => a - b))
    const [first = 0] = times
    expect(Date.now() - first).toBeGreaterThan((org.days - 1) * 24 * 3_600_000)
    expect(times.at(-1)).toBeLessThan(Date.now())
    const wrong = await context.database.query(sql`
      select id from org_invite
      where org_id = ${id} and (resolved_at < created_at or expires_at <= created_at)
    `)
    expect(wrong).toEqual([])
  })

  it(`stays within its bounds over ${ACTS} actions and never touches seeded people and visitors`, async () => {
    const { id } = await orgState()
    const visitor = 'visitor@elsewhere.example'
    const ada = await signUp(context.transact, demoPeople.ada)
    await context.transact((tx) => createOrgInvite(tx, ada, { orgId: id, invitee: { email: visitor } }))
    // The visitor's invite comes on top of the demo's own.
    const pending = org.pending + 1
    let done = 0
    for (let act = 0; act < ACTS; act++) {
      const state = await orgState()
      expect(state.memberCount).toBeLessThanOrEqual(org.members)
      expect(state.pendingCount).toBeLessThanOrEqual(pending)
      if (await runRandomAction(context, state)) done++
    }
    expect(done).toBeGreaterThan(ACTS * 0.8)
    const people = await context.database.query<{ subject: string }>(sql`
      select subject from org_user join "user" u on u.id = user_id
      where org_id = ${id} and subject like 'demo|%' order by subject
    `)
    const seeded = org.name === 'Acme' ? ['demo|ada', 'demo|ben', 'demo|cleo'] : ['demo|ada', 'demo|ben']
    expect(people.map(({ subject }) => subject)).toEqual(seeded)
    const [invite] = await context.database.query(
      sql`select status from org_invite where org_id = ${id} and email = ${visitor}`,
    )
    expect(invite).toEqual({ status: 'PENDING' })
  }, 60_000)

  it('keeps counts that agree with its members and invites', async () => {
    const { id } = await orgState()
    const [kept] = await context.database.query(sql`
      select member_count, pending_count, accepted_count, declined_count, revoked_count, expired_count
      from org where id = ${id}
    `)
    const [counted] = await context.database.query(sql`
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
