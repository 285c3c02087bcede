import { beforeAll, describe, expect, it } from 'vitest'
import { fillAppRoles, newKey } from '../../support/appRoles.js'
import { mutate } from '../../support/mutate.js'
import { ask, type Client, useTestServer } from '../../support/testServer.js'
import { ROUNDS } from './rounds.js'

/** It needs a database of its own, because all orgs share the limit. */
describe('an instance with 199 app roles', () => {
  const testServer = useTestServer()
  const clients: Client[] = []
  beforeAll(async () => {
    const { authorization } = testServer.instance
    for (const url of [testServer.url, (await testServer.startAnother()).url])
      clients.push({
        authorization,
        ask: (document, variables) => ask(url, authorization, document, variables),
      })
  })

  it('gets one more when six are made at once, on two servers', async () => {
    const { pool } = testServer.server.app.database
    for (let round = 0; round < ROUNDS; round++) {
      await pool.query(`delete from app_role where key like 'k-%'`)
      await fillAppRoles(testServer, 199)
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, (_, number) =>
          mutate(clients[number % 2] ?? testServer.instance, 'upsertAppRole', {
            key: newKey(),
            name: 'A role',
            permissions: [],
          }),
        ),
      )
      expect(outcomes.map(({ __typename }) => __typename).sort()).toEqual([
        ...Array(5).fill('LimitReachedError'),
        'UpsertAppRolePayload',
      ])
      const { rows } = await pool.query('select count(*)::int as count from app_role')
      expect(rows).toEqual([{ count: 200 }])
    }
  }, 60_000)

  it('makes one app role of six that have the same key', async () => {
    const { pool } = testServer.server.app.database
    for (let round = 0; round < ROUNDS; round++) {
      await pool.query('delete from app_role')
      const key = newKey()
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, (_, number) =>
          mutate(
            clients[number % 2] ?? testServer.instance,
            'upsertAppRole',
            { key, name: `Role ${number}`, permissions: [] },
            'created appRole { id }',
          ),
        ),
      )
      expect(outcomes.filter(({ created }) => created)).toHaveLength(1)
      expect(new Set(outcomes.map(({ appRole }) => appRole.id)).size).toBe(1)
    }
  }, 60_000)
})
