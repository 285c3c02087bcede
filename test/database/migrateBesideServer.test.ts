import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { migrate } from '../../src/database/migrate.js'
import { MIGRATIONS_DIR } from '../../src/database/migrationFiles.js'
import { LOCK_TIMEOUT_MS } from '../../src/database/migrationWaits.js'
import { createOrg, mutate } from '../support/mutate.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'

const LIST_INDEXES = '20261125120000_list_indexes'
const INVITES = 200_000
/** How much longer than its limit a wait may last on a busy machine. */
const SLACK_MS = 1_500

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

describe('a migration while a server reads and writes', () => {
  const testServer = useTestServer()
  let client: pg.Client
  let owner: TestPerson
  let orgId: string
  let warned: string[]
  let migrationsDir: string

  beforeAll(async () => {
    client = new pg.Client({ connectionString: testServer.database.url })
    await client.connect()
    owner = await testServer.signUp()
    orgId = await createOrg(owner)
    await client.query(`
      set session_replication_role = replica;
      insert into org_invite (id, org_id, email, invited_by_id, roles, status, created_at, expires_at)
      select gen_random_uuid(), org_user.org_id, 'guest' || i || '@guests.example', user_id, '{USER}',
        (case when i % 20 = 0 then 'PENDING' else 'REVOKED' end)::"OrgInviteStatus", now() - i * interval '1 s', now() + interval '5 days'
      from org_user, generate_series(1, ${INVITES}) i;
      reset session_replication_role`)
  })
  afterAll(() => client.end())
  beforeEach(async () => {
    warned = []
    const home = await mkdtemp(join(tmpdir(), 'guildhall-migrate-'))
    migrationsDir = join(home, 'migrations')
    await cp(MIGRATIONS_DIR, migrationsDir, { recursive: true })
    onTestFinished(() => rm(home, { recursive: true }))
  })

  const run = () =>
    migrate({
      connectionString: testServer.database.url,
      log: { info() {}, warn: (line) => void warned.push(line) },
      migrationsDir,
    })

  /** Starts a client that reads and writes in turn, until it is stopped. */
  function load(number: number) {
    let stopped = false
    let done = 0
    const list = `query($orgId: ID!) { org(id: $orgId) { invites(first: 5) { nodes { email status } } } }`
    const running = (async () => {
      while (!stopped) {
        const email = `new.${number}.${done}.${crypto.randomUUID()}@guests.example`
        const input = { orgId, invitee: { email }, sendEmail: false }
        const created = await mutate(owner, 'createOrgInvite', input, 'orgInvite { id }')
        expect(created.orgInvite?.id).toBeTruthy()
        expect((await owner.ask(list, { orgId })).data.org.invites.nodes).toHaveLength(5)
        await mutate(owner, 'revokeOrgInvite', { orgInviteId: created.orgInvite.id })
        done++
      }
      return done
    })()
    return () => {
      stopped = true
      return running
    }
  }

  /**
   * Watches how long any session waits for a lock on a table or index, until it is stopped. Returns
   * the longest wait, in ms.
   */
  async function watchWaits() {
    const watcher = new pg.Client({ connectionString: testServer.database.url })
    await watcher.connect()
    let stopped = false
    let longest = 0
    const running = (async () => {
      while (!stopped) {
        const { rows } = await watcher.query(`
          select coalesce(max(extract(epoch from clock_timestamp() - waitstart) * 1000), 0)::float as ms
          from pg_locks join pg_stat_activity using (pid)
          where not granted and locktype = 'relation' and application_name = 'guildhall'`)
        longest = Math.max(longest, rows[0].ms)
        await delay(20)
      }
      await watcher.end()
      return longest
    })()
    return () => {
      stopped = true
      return running
    }
  }

  /** Drops the indexes, as in the version before them. */
  async function takeListIndexesBack(): Promise<void> {
    const init = await readFile(join(MIGRATIONS_DIR, '20261121000000_init/migration.sql'), 'utf8')
    const theirs = await readFile(join(MIGRATIONS_DIR, LIST_INDEXES, 'migration.sql'), 'utf8')
    for (const [, name = ''] of theirs.matchAll(/^CREATE INDEX "(\w+)"/gm))
      await client.query(`drop index concurrently if exists "${name}"`)
    for (const [, name = ''] of theirs.matchAll(/^DROP INDEX "(\w+)"/gm)) {
      const [create = ''] = new RegExp(`^CREATE INDEX "${name}".*$`, 'm').exec(init) ?? []
      await client.query(create.replace('INDEX', 'INDEX CONCURRENTLY'))
    }
    await client.query('delete from _prisma_migrations where migration_name = $1', [LIST_INDEXES])
  }

  it.each([1, 2, 3])('builds the indexes of the lists, and nobody waits for it (run %i)', async () => {
    await takeListIndexesBack()
    const loads = [1, 2, 3, 4].map(load)
    const waits = await watchWaits()
    await delay(300)
    expect(await run()).toEqual([LIST_INDEXES])
    for (const stop of loads) expect(await stop()).toBeGreaterThan(0)
    expect(await waits()).toBeLessThan(LOCK_TIMEOUT_MS + SLACK_MS)
    expect(warned).toEqual([])
    const { rows } = await client.query(`select 1 from pg_index where not indisvalid`)
    expect(rows).toEqual([])
  })

  it('gives up on a lock that a session holds, so that nobody waits behind it, and logs this once', async () => {
    await mkdir(join(migrationsDir, '29990101000000_column'))
    await writeFile(
      join(migrationsDir, '29990101000000_column/migration.sql'),
      'alter table org_invite add column surplus int',
    )
    // A long read, like that of pg_dump.
    await client.query('begin; select 1 from org_invite limit 1')
    const loads = [1, 2].map(load)
    const waits = await watchWaits()
    const started = run()
    let ended = false
    void started.then(() => {
      ended = true
    })
    await vi.waitFor(() => expect(warned).toHaveLength(1), { timeout: 20_000 })
    await delay(4 * LOCK_TIMEOUT_MS)
    expect(ended).toBe(false)
    await client.query('commit')
    expect(await started).toEqual(['29990101000000_column'])
    for (const stop of loads) expect(await stop()).toBeGreaterThan(0)
    expect(await waits()).toBeLessThan(LOCK_TIMEOUT_MS + SLACK_MS)
    expect(warned).toEqual([expect.stringMatching(/needs a lock that another session holds/)])
  })

  it('gives way if it and a request wait for each other', async () => {
    await mkdir(join(migrationsDir, '29990102000000_both'))
    await writeFile(
      join(migrationsDir, '29990102000000_both/migration.sql'),
      'alter table org_user add column surplus int; alter table org_invite add column more int',
    )
    await client.query('begin; select 1 from org_invite limit 1')
    const started = run()
    await vi.waitFor(
      async () => {
        const { rows } = await client.query(
          `select 1 from pg_locks where not granted and locktype = 'relation'`,
        )
        expect(rows).not.toEqual([])
      },
      { timeout: 20_000, interval: 5 },
    )
    await client.query('select 1 from org_user limit 1')
    await client.query('commit')
    await started
    const columns = `select 1 from information_schema.columns where column_name = 'more'`
    expect((await client.query(columns)).rows).toHaveLength(1)
  })
})

describe('the shipped migrations', () => {
  it('build no index on an existing table in a way that blocks writes', async () => {
    const names = (await readdir(MIGRATIONS_DIR)).filter((name) => /^\d/.test(name))
    const stopping: string[] = []
    for (const name of names) {
      const files = await readdir(join(MIGRATIONS_DIR, name))
      const file = files.includes('online.sql') ? 'online.sql' : 'migration.sql'
      const sql = await readFile(join(MIGRATIONS_DIR, name, file), 'utf8')
      const made = [...sql.matchAll(/^CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)/gim)].map(([, table]) => table)
      for (const [statement, table] of sql.matchAll(
        /^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)[^;]*? ON "?(\w+)/gim,
      ))
        if (!made.includes(table)) stopping.push(`${name}: ${statement}`)
      for (const [statement] of sql.matchAll(
        /^(?:CREATE|DROP) (?:UNIQUE )?INDEX CONCURRENTLY (?!IF )[^\n]*/gim,
      ))
        stopping.push(`${name}: can’t be run again: ${statement}`)
      if (/\bconcurrently\b/i.test(sql) && file === 'migration.sql' && sql.split(/;\s*$/m).length > 2)
        stopping.push(`${name}: several statements with CONCURRENTLY belong into online.sql`)
    }
    expect(stopping).toEqual([])
  })
})
