import pg from 'pg'
import sql from 'sql-template-tag'
import { describe, expect, it, vi } from 'vitest'
import { createOrg } from '../support/mutate.js'
import { useTestServer } from '../support/testServer.js'

describe('a server', () => {
  const testServer = useTestServer()
  const ready = async () => (await fetch(`${testServer.url}/ready`)).status
  const WAIT = { timeout: 10_000, interval: 50 }

  it('is ready while all connections of its pool are busy', async () => {
    const { database } = testServer.server.app
    const sleeping = Array.from({ length: 30 }, () => database.query(sql`select pg_sleep(0.5)`))
    for (let n = 0; n < 5; n++) expect(await ready()).toBe(200)
    expect(database.pool.waitingCount).toBeGreaterThan(0)
    await Promise.all(sleeping)
  })

  it('is not ready while the database refuses writes: reads still work, and writes work again afterwards', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const name = new URL(testServer.database.url).pathname.slice(1)
    const console = new pg.Client({ connectionString: testServer.database.url })
    await console.connect()
    const asWritable = 'set default_transaction_read_only = off'
    const rename = async () =>
      (
        await owner.ask(
          'mutation($orgId: ID!, $name: String!) { updateOrg(input: { orgId: $orgId, name: $name }) { __typename } }',
          { orgId, name: `Org ${crypto.randomUUID()}` },
        )
      ).errors?.[0]?.extensions.code
    try {
      await console.query(`alter database ${name} set default_transaction_read_only = on`)
      // Only new sessions get this setting.
      await console.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      )
      await vi.waitFor(async () => expect(await ready()).toBe(503), WAIT)
      await vi.waitFor(async () => expect(await rename()).toBe('UNAVAILABLE'), WAIT)
      const read = await owner.ask('query($orgId: ID!) { org(id: $orgId) { id } }', { orgId })
      expect(read.data.org.id).toBe(orgId)
    } finally {
      await console.query(asWritable)
      await console.query(`alter database ${name} reset default_transaction_read_only`)
      await console.end()
    }
    // By then each session accepts writes or has been replaced.
    await vi.waitFor(async () => expect(await ready()).toBe(200), WAIT)
    for (let n = 0; n < 20; n++) expect(await rename()).toBeUndefined()
  }, 40_000)
})
