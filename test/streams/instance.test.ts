import { setTimeout as delay } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createApiToken } from '../../src/domain/apiTokens/createApiToken.js'
import { revokeApiToken } from '../../src/domain/apiTokens/revokeApiToken.js'
import { type Actor, nobody } from '../../src/domain/core/actor.js'
import type { OrgEventRow } from '../../src/domain/core/orgEvent.js'
import { deleteOrg } from '../../src/domain/orgs/deleteOrg.js'
import { purgeOrg } from '../../src/domain/orgs/purgeOrg.js'
import type { Permission } from '../../src/generated/prisma/enums.js'
import { BUSY_MS } from '../support/busy.js'
import { openPool } from '../support/openPool.js'
import { expectNoPolling, polled } from '../support/polling.js'
import { statementsOf } from '../support/statements.js'
import {
  codeOf,
  commitEvents,
  instance,
  newOrg,
  newPerson,
  range,
  type Server,
  seqs,
  take,
  untilEnd,
  useFixture,
} from './fixture.js'

const fixture = useFixture()
let second: Server
beforeAll(async () => {
  second = await fixture.server()
})

const watch = ({ streams }: Pick<Server, 'streams'>, after: number | null = null, actor: Actor = instance) =>
  streams.instance({ actor, after })
const newest = () => fixture.streams.newestOfInstance()
const numbers = (events: OrgEventRow[]) => events.map(({ instanceNumber }) => instanceNumber ?? 0)

async function newOrgs(count: number): Promise<string[]> {
  const owner = await newPerson(fixture)
  return Promise.all(range(1, count).map(() => newOrg(fixture, owner)))
}

function byOrg(events: OrgEventRow[]): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const { orgId, seq } of events) found.set(orgId, [...(found.get(orgId) ?? []), seq])
  return found
}

/** A transaction of another program: it commits when the test says so. */
async function openTransaction() {
  const pool = openPool(fixture.url)
  const client = await pool.connect()
  onTestFinished(async () => {
    client.release(true)
    await pool.end()
  })
  await client.query('begin')
  // From here on the transaction has its number.
  await client.query('select pg_current_xact_id()')
  return {
    write: (orgId: string) =>
      client.query(
        `with counted as (update org set event_seq = event_seq + 1 where id = $1 returning id, event_seq)
         insert into org_event (org_id, seq, kind, type, occurred_at, summary, roles, previous_roles)
         select id, event_seq, 'CHANGE', 'RENAMED', clock_timestamp(), 'By hand.', '{}', '{}' from counted`,
        [orgId],
      ),
    commit: () => client.query('commit'),
  }
}

describe('the events of all orgs', () => {
  it('come once and in the order of each org, the same on two servers, while eight write in twelve orgs', {
    timeout: 60_000,
  }, async () => {
    const orgs = await newOrgs(12)
    const after = await newest()
    const streams = await Promise.all([fixture, second].map((server) => watch(server, after)))
    const writers = range(1, 8).map(async (writer) => {
      for (let turn = 0; turn < 48; turn++)
        await commitEvents(writer % 2 ? fixture : second, orgs[(turn * writer) % 12] ?? '', 1 + (turn % 3))
    })
    const total = 8 * 96
    const [first = [], other = []] = await Promise.all(streams.map((stream) => take(stream, total)))
    await Promise.all(writers)
    for (const events of byOrg(first).values()) expect(events).toEqual(range(3, events.length + 2))
    expect(first).toHaveLength(total)
    expect(numbers(first)).toEqual(range(after + 1, after + total))
    expect(other.map(({ orgId, seq }) => [orgId, seq])).toEqual(first.map(({ orgId, seq }) => [orgId, seq]))
    for (const stream of streams) await stream.return()
  })

  it('have no gap and no duplicate for a reader that resumes again and again, each time at the other server', {
    timeout: 60_000,
  }, async () => {
    const orgs = await newOrgs(6)
    const after = await newest()
    const writers = range(0, 5).map(async (index) => {
      for (let turn = 0; turn < 50; turn++) await commitEvents(fixture, orgs[(index + turn) % 6] ?? '')
    })
    const read: OrgEventRow[] = []
    for (let turn = 0; read.length < 300; turn++) {
      const position = read.at(-1)?.instanceNumber ?? after
      const stream = await watch(turn % 2 ? fixture : second, position)
      read.push(...(await take(stream, Math.min(1 + Math.floor(Math.random() * 12), 300 - read.length))))
      await stream.return()
    }
    await Promise.all(writers)
    expect(numbers(read)).toEqual(range(after + 1, after + 300))
    for (const events of byOrg(read).values()) expect(events).toEqual(range(3, 52))
  })

  it('do not wait for a transaction that stays open, and miss nothing of it once it is committed', async () => {
    const [slow = '', quick = ''] = await newOrgs(2)
    const stream = await watch(fixture)
    const open = await openTransaction()
    await open.write(slow)
    await commitEvents(fixture, quick)
    const during = await take(stream, 1)
    await stream.return()
    // Nobody reads for a while, and much happens meanwhile.
    for (let turn = 0; turn < 5; turn++) await commitEvents(fixture, quick)
    await open.commit()
    const resumed = await watch(second, during[0]?.instanceNumber ?? null)
    const rest = await take(resumed, 6)
    expect(during.map(({ orgId, seq }) => [orgId, seq])).toEqual([[quick, 3]])
    expect([byOrg(rest).get(quick), byOrg(rest).get(slow)]).toEqual([range(4, 8), [3]])
    await resumed.return()
  })

  it('keep the order of an org although a transaction began before another one and wrote after it', async () => {
    const [orgId = ''] = await newOrgs(1)
    const stream = await watch(fixture)
    const [early, late] = [await openTransaction(), await openTransaction()]
    await late.write(orgId)
    await late.commit()
    await early.write(orgId)
    await commitEvents(fixture, (await newOrgs(1))[0] ?? '')
    await early.commit()
    await commitEvents(fixture, orgId)
    const events: OrgEventRow[] = []
    while ((byOrg(events).get(orgId)?.length ?? 0) < 3) events.push(...(await take(stream, 1)))
    expect(byOrg(events).get(orgId)).toEqual([3, 4, 5])
    await stream.return()
  })

  it('arrive within a second although every hint is lost', async () => {
    const silentServer = await fixture.server({ sendHints: false })
    const [orgId = ''] = await newOrgs(1)
    const stream = await watch(fixture)
    await commitEvents(silentServer, orgId)
    const before = performance.now()
    expect(seqs(await take(stream, 1))).toEqual([3])
    expect(performance.now() - before).toBeLessThan(1_000 + BUSY_MS)
    await stream.return()
  })

  it('are read in bounded steps after a long time without readers', { timeout: 60_000 }, async () => {
    const orgs = await newOrgs(40)
    const after = await newest()
    // Each transaction writes in many orgs, and a cut between two statements falls inside of one.
    const pool = openPool(fixture.url)
    onTestFinished(() => pool.end())
    for (let turn = 0; turn < 9; turn++)
      await pool.query(
        `with counted as (
          update org set event_seq = event_seq + 20 where id = any($1::uuid[]) returning id, event_seq
        )
        insert into org_event (org_id, seq, kind, type, occurred_at, summary, roles, previous_roles)
        select id, event_seq - n, 'CHANGE', 'RENAMED', clock_timestamp(), 'By hand.', '{}', '{}'
        from counted, generate_series(0, 19) as n`,
        [orgs],
      )
    const total = 9 * 40 * 20
    let read: OrgEventRow[] = []
    const statements = await statementsOf(async () => {
      const stream = await watch(second, after)
      read = await take(stream, total)
      await stream.return()
    })
    expect(numbers(read)).toEqual(range(after + 1, after + total))
    for (const events of byOrg(read).values()) expect(events).toEqual(range(3, 182))
    // 72 times 100 events, a few statements for the numbers, and the polls meanwhile.
    expect(statements.length).toBeLessThan(72 + 40)
  })

  it('tell that an org is gone, also whoever comes back later, and its own events disappear', async () => {
    const owner = await newPerson(fixture)
    const [orgId, other] = [await newOrg(fixture, owner), await newOrg(fixture, owner)]
    const after = await newest()
    const stream = await watch(fixture, after)
    await fixture.transact((tx) => deleteOrg(tx, owner, orgId))
    await take(stream, 1)
    await fixture.transact((tx) => purgeOrg(tx, orgId))
    const end = { orgId, seq: 4, kind: 'CHANGE', type: 'STATUS_CHANGED', summary: 'Deleted.', actorId: null }
    expect(await take(stream, 1)).toMatchObject([end])
    await commitEvents(fixture, other)
    const later = await watch(second, after)
    expect(await take(later, 2)).toMatchObject([end, { orgId: other, seq: 3 }])
    const left = await fixture.database.query(sql`select number from instance_event where org_id = ${orgId}`)
    expect(left).toHaveLength(1)
    for (const one of [stream, later]) await one.return()
  })

  it('go on after the database was restored into a cluster that counts fewer transactions', async () => {
    const [orgId = ''] = await newOrgs(1)
    const after = await newest()
    await fixture.database.query(sql`
      update instance_log set next_transaction = next_transaction + 1000000000, running = '{7,8}'
    `)
    await commitEvents(fixture, orgId, 3)
    const stream = await watch(fixture, after)
    expect(seqs(await take(stream, 3))).toEqual([3, 4, 5])
    await commitEvents(second, orgId)
    expect(seqs(await take(stream, 1))).toEqual([6])
    await stream.return()
  })
})

describe('the right to the events of all orgs', () => {
  const tokenOf = async (
    permissions: Permission[],
    orgId?: string,
    maker: Actor = instance,
  ): Promise<Actor & { kind: 'token'; tokenId: string }> => {
    const { apiToken } = await fixture.transact((tx) =>
      createApiToken(tx, maker, { orgId, name: 'Mirror', permissions, expiresAt: null }),
    )
    return {
      kind: 'token',
      tokenId: apiToken.id,
      orgId: apiToken.orgId,
      permissions: new Set(apiToken.permissions),
      expiresAt: null,
    }
  }
  const refusalOf = (actor: Actor) => watch(fixture, null, actor).then(() => 'opened', codeOf)

  it('is that of instance tokens with ORG_READ and EVENT_READ only', async () => {
    const owner = await newPerson(fixture)
    const orgId = await newOrg(fixture, owner)
    expect(await refusalOf(nobody)).toBe('UNAUTHENTICATED')
    expect(await refusalOf(owner)).toBe('FORBIDDEN')
    expect(await refusalOf(await tokenOf(['ORG_READ', 'EVENT_READ'], orgId, owner))).toBe('FORBIDDEN')
    expect(await refusalOf(await tokenOf(['ORG_READ']))).toBe('FORBIDDEN')
    expect(await refusalOf(await tokenOf(['EVENT_READ']))).toBe('FORBIDDEN')
    const stream = await watch(fixture, null, await tokenOf(['ORG_READ', 'EVENT_READ']))
    await stream.return()
  })

  it('ends the stream within a second when the token or its maker is revoked, and no later event is delivered', async () => {
    const maker = await tokenOf(['ORG_READ', 'EVENT_READ', 'API_TOKEN_MANAGE'])
    const token = await tokenOf(['ORG_READ', 'EVENT_READ'], undefined, maker)
    const [orgId = ''] = await newOrgs(1)
    const stream = await watch(fixture, null, token)
    await commitEvents(fixture, orgId)
    const end = untilEnd(stream)
    await delay(100)
    // On another server, which tells nobody.
    await second.transact((tx) => revokeApiToken(tx, instance, maker.tokenId))
    const before = performance.now()
    await commitEvents(fixture, orgId)
    const { events, code } = await end
    expect(performance.now() - before).toBeLessThan(1_000 + BUSY_MS)
    expect([seqs(events), code]).toEqual([[3], 'UNAUTHENTICATED'])
  })

  it('refuses a cursor ahead of the newest event as damaged', async () => {
    const refused = watch(fixture, (await newest()) + 1)
    expect(await refused.then(() => undefined, codeOf)).toBe('BAD_USER_INPUT')
  })
})

describe('the server', () => {
  it('sends at most two statements each half second for all readers of all orgs, and none without readers', async () => {
    const actor = instance
    const streams = await Promise.all(range(1, 20).map(() => watch(fixture, null, actor)))
    const waiting = streams.map((stream) => stream.next())
    const statements = await polled()
    expect(statements.length).toBeGreaterThan(0)
    // The time is enough for three polls, whatever the number of readers.
    expect(statements.length).toBeLessThanOrEqual(6)
    for (const stream of streams) await stream.return()
    await Promise.all(waiting)
    await expectNoPolling()
  })

  it('reads the events of many commits at once with few statements', async () => {
    const orgs = await newOrgs(10)
    const stream = await watch(fixture)
    const writes = await statementsOf(async () => {
      await Promise.all(orgs.map((orgId) => commitEvents(second, orgId)))
    })
    const all = await statementsOf(async () => {
      await Promise.all(orgs.map((orgId) => commitEvents(fixture, orgId)))
      await take(stream, 20)
    })
    await stream.return()
    // Two batches: the first commits, and those that came meanwhile.
    expect(all.length - writes.length).toBeLessThanOrEqual(16)
  })
})
