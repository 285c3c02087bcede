import { setTimeout as delay } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { beforeAll, expect, it } from 'vitest'
import { type Person, theServer } from '../../src/domain/core/actor.js'
import { lockOrg } from '../../src/domain/core/lockOrg.js'
import type { OrgEventRow } from '../../src/domain/core/orgEvent.js'
import type { EventStream } from '../../src/streams/eventStreams.js'
import { ROUNDS } from '../domain/races/rounds.js'
import { pruneAll } from '../support/oldEvents.js'
import { newSeed, seededRandom } from '../support/random.js'
import { codeOf, instance, newOrg, newPerson, range, type Server, useFixture, within } from './fixture.js'

const RESUMES = 4 * ROUNDS
const ORGS = 5
const WRITERS = 4

const fixture = useFixture()
let servers: Server[]
beforeAll(async () => {
  servers = [fixture, await fixture.server()]
})

/** A reader of one stream, which checks that nothing is missing. */
interface Reader {
  open(server: Server, after: number): Promise<EventStream>
  positionOf(event: OrgEventRow): number
  /** Reads everything anew. @returns the newest position before it was read */
  readAnew(server: Server): Promise<number>
  /** The number that the event must have, and the one that it has. Undefined if the reader knows it already. */
  check(event: OrgEventRow): { is: number; expected: number } | undefined
}

function orgReader(orgId: string): Reader {
  let last = 0
  return {
    open: ({ streams }, after) => streams.org({ orgId, actor: instance, permission: 'EVENT_READ', after }),
    positionOf: ({ seq }) => seq,
    async readAnew({ database }) {
      const [org] = await database.query<{ seq: number }>(
        sql`select event_seq as seq from org where id = ${orgId}`,
      )
      last = org?.seq ?? 0
      return last
    },
    check: ({ seq }) => ({ is: seq, expected: ++last }),
  }
}

function inboxReader(me: Person): Reader {
  let last = 0
  return {
    open: ({ streams }, after) => streams.inbox({ userId: me.userId, actor: me, after }),
    positionOf: ({ inboxSeq }) => inboxSeq ?? 0,
    async readAnew({ database }) {
      const [user] = await database.query<{ seq: number }>(
        sql`select inbox_seq as seq from "user" where id = ${me.userId}`,
      )
      last = user?.seq ?? 0
      return last
    },
    check: ({ inboxSeq }) => ({ is: inboxSeq ?? 0, expected: ++last }),
  }
}

function instanceReader(): Reader {
  let read = new Map<string, number>()
  return {
    open: ({ streams }, after) => streams.instance({ actor: instance, after }),
    positionOf: ({ instanceNumber = 0 }) => instanceNumber,
    async readAnew({ streams, database }) {
      const position = await streams.newestOfInstance()
      const orgs = await database.query<{ id: string; seq: number }>(
        sql`select id, event_seq as seq from org`,
      )
      read = new Map(orgs.map(({ id, seq }) => [id, seq]))
      return position
    },
    check({ orgId, seq }) {
      const last = read.get(orgId) ?? 0
      if (seq <= last) return undefined
      read.set(orgId, seq)
      return { is: seq, expected: last + 1 }
    },
  }
}

it('readers that resume from old cursors, while old events are deleted and others are written, get all events or EVENTS_GONE', {
  timeout: 120_000 + RESUMES * 1_000,
}, async () => {
  const seed = newSeed()
  const random = seededRandom(seed)
  const people = await Promise.all(range(1, 3).map(() => newPerson(fixture)))
  const addresses = await fixture.database.query<{ email: string }>(sql`
    select email from "user" where id = any(${people.map(({ userId }) => userId)}::uuid[])
  `)
  const orgs = await Promise.all(range(1, ORGS).map(async () => newOrg(fixture, await newPerson(fixture))))
  const told = { events: 0, gone: 0, deleted: 0, written: 0 }
  let isOver = false

  const write = ({ transact }: Server) =>
    transact(async (tx) => {
      const org = await lockOrg(tx, random.pick(orgs))
      for (let count = 1 + random.below(60); count > 0; count--)
        tx.record(org, theServer, {
          kind: 'INVITE',
          type: 'CREATED',
          invite: {
            id: '018f0000-0000-7000-8000-000000000001',
            email: random.pick(addresses).email,
            invitedUserId: null,
            roles: ['USER'],
            status: 'PENDING',
          },
          previousStatus: null,
        })
      told.written++
    })
  const writers = range(1, WRITERS).map(async (n) => {
    while (!isOver) {
      await write(servers[n % 2] ?? fixture)
      await delay(random.below(20))
    }
  })
  const pruners = servers.map(async ({ database }) => {
    while (!isOver) {
      // From a moment ago to almost everything.
      const { events } = await pruneAll(database, new Date(Date.now() - random.below(2_000)))
      told.deleted += events
      await delay(random.below(40))
    }
  })

  async function follow(reader: Reader): Promise<void> {
    let after = await reader.readAnew(random.pick(servers))
    for (let turn = 0; turn < RESUMES; turn++) {
      const stream = await reader.open(random.pick(servers), after)
      try {
        for (let count = 1 + random.below(350); count > 0; count--) {
          const event = await within(20_000, stream.next())
          if (event.done) throw new Error('the stream ended')
          const checked = reader.check(event.value)
          expect(checked?.is, `after ${after}`).toBe(checked?.expected)
          after = reader.positionOf(event.value)
          told.events++
        }
      } catch (error) {
        if (codeOf(error) !== 'EVENTS_GONE') throw error
        told.gone++
        after = await reader.readAnew(random.pick(servers))
      } finally {
        await stream.return()
      }
      // Away for so long that its next events may be deleted, or not.
      await delay(random.below(600))
    }
  }
  const readers = [
    ...orgs.slice(0, 3).map(orgReader),
    ...people.slice(0, 2).map(inboxReader),
    instanceReader(),
    instanceReader(),
  ]
  try {
    await Promise.all(readers.map(follow))
  } finally {
    isOver = true
    await Promise.all([...writers, ...pruners])
  }
  console.info(`seed ${seed}`, told)
  expect(told.gone).toBeGreaterThan(RESUMES / 2)
  expect(told.events).toBeGreaterThan(20 * RESUMES)
  expect(told.deleted).toBeGreaterThan(1_000)
})
