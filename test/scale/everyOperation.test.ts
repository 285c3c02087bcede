import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pruneEvents } from '../../src/domain/orgs/pruneEvents.js'
import { explainStatements, listenForPlans, plansDuring } from '../support/explained.js'
import { callOn } from '../support/largeCall.js'
import { largeData, largeEmail, largeOwner, largeSubject, seedLarge } from '../support/largeData.js'
import { documentOf } from '../support/largeMutations.js'
import {
  type Call,
  largeOperations,
  largeOrgId,
  largeSubscriptions,
  userId,
} from '../support/largeOperations.js'
import { openPool } from '../support/openPool.js'
import { authorize, INSTANCE_TOKEN, useTestServer } from '../support/testServer.js'

/** A tenth of what `npm run bench:large` measures. */
const data = largeData(0.1)

describe('with 100,000 invites and 500,000 events', () => {
  const testServer = useTestServer({
    env: {
      KEY_ENCRYPTION_SECRET: 'a secret that encrypts the keys of this test',
      MAX_EMAIL_DOMAINS_PER_ORG: '1000',
    },
  })
  let pool: Pool
  let client: ReturnType<typeof callOn>
  const call: Call = (...args) => client.call(...args)
  const operations = [...largeOperations(data, call), ...largeSubscriptions(data, call)]

  beforeAll(async () => {
    pool = openPool(testServer.database.url)
    await seedLarge(pool, data)
    await explainStatements(pool)
    listenForPlans()
    const { url } = await testServer.startAnother()
    const bearers = new Map<number, Promise<string>>()
    client = callOn(url, (as) => {
      if (as === 'instance') return `Bearer ${INSTANCE_TOKEN}`
      const bearer =
        bearers.get(as) ?? authorize({ subject: largeSubject(as), email: largeEmail(as), issuedAt: 1 })
      bearers.set(as, bearer)
      return bearer
    })
  }, 300_000)
  afterAll(() => pool.end())

  it.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s reads no table from its beginning to its end, and sorts no more than a few pages',
    async (_, operation) => {
      // The second run: the first one also reads what the server and its connections keep.
      await client.run(operation, await operation.prepare(0))
      const request = await operation.prepare(1)
      const plans = await plansDuring(() => client.run(operation, request))
      const texts = plans.map(({ text }) => text).join(';\n')
      expect(plans.length).toBeGreaterThan(0)
      expect(
        plans.flatMap(({ scanned }) => scanned),
        texts,
      ).toEqual([])
      for (const { rowsSorted, text } of plans) expect(rowsSorted, text).toBeLessThanOrEqual(1_000)
      // An operation holds the org's lock, so its cost must not grow with what else the org has.
      if (operation.document.startsWith('mutation'))
        for (const { rowsRead, text } of plans) expect(rowsRead, text).toBeLessThanOrEqual(200)
    },
  )

  it('deleting old events reads the orgs of a call and what it deletes, with indexes only', async () => {
    // The servers that started before the plans were told have connections that don’t tell them.
    const { app } = await testServer.startAnother()
    const call = async (before: string, from: string | null) => {
      const done = { events: 0, next: from }
      const plans = await plansDuring(async () => {
        Object.assign(done, await pruneEvents(app.database, { before: new Date(before), from }))
      })
      return { ...done, plans, rows: plans.reduce((sum, { rowsRead }) => sum + rowsRead, 0) }
    }
    const none = await call('2025-01-01Z', null)
    expect(none).toMatchObject({ events: 0, next: expect.any(String) })
    expect(none.plans.flatMap(({ scanned }) => scanned)).toEqual([])
    // Of each of 500 orgs: its row, its floor, its places, the instance's webhooks, and its first event.
    expect(none.rows).toBeLessThanOrEqual(501 + 500 * 6)

    // The second call runs with the plans of the connection's first one, made while no floor was written.
    for (const { next } of [none, await call('2025-03-01Z', null)]) {
      const some = await call('2025-03-01Z', next)
      const texts = some.plans.map(({ text }) => text).join(';\n')
      expect(some.events).toBeGreaterThan(4_000)
      expect(
        some.plans.flatMap(({ scanned }) => scanned),
        texts,
      ).toEqual([])
      for (const { rowsSorted, text } of some.plans) expect(rowsSorted, text).toBeLessThanOrEqual(2_000)
      expect(some.rows).toBeLessThanOrEqual(none.rows + 8 * some.events)
    }
  })

  it('an owner who sent most invites becomes an admin, and only invites of owners are looked at', async () => {
    const change = async (as: number, user: number, roles: object) => {
      const input = { orgId: largeOrgId, userId: userId(user), ...roles }
      const { result } = await call(as, documentOf('updateOrgUserRoles'), { input })
      expect(result).toEqual({ __typename: 'UpdateOrgUserRolesPayload' })
    }
    const another = 13
    await change(largeOwner, another, { add: ['OWNER'] })
    const plans = await plansDuring(() => change(another, largeOwner, { add: ['ADMIN'], remove: ['OWNER'] }))
    const revoked = plans.filter(({ text }) => text.includes('resent_by_id = any'))
    expect(revoked).not.toEqual([])
    for (const { rowsRead, text } of plans) expect(rowsRead, text).toBeLessThanOrEqual(50)
  })

  it('every field of the schema’s roots is among them', () => {
    const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'))
    const documents = operations.map(({ document }) => document).join('\n')
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
    const fields = roots.flatMap((root) => Object.keys(root?.getFields() ?? {}))
    expect(fields.length).toBeGreaterThan(50)
    expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(documents))).toEqual([])
  })
})
