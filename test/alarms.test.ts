import { readFileSync } from 'node:fs'
import pg from 'pg'
import { describe, expect, it, vi } from 'vitest'
import { smtpMailer } from '../src/mail/mailer.js'
import { openMailServer } from './support/mailServer.js'
import { act, foundOrg } from './support/mutate.js'
import { type TestPerson, useWorld, type World } from './support/testServer.js'

const within = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 50 })

/** The queries that docs/deploying.md tells operators to watch, as they stand there. */
const [stuck = '', waiting = '', givenUp = '', failing = '', dead = '', ...more] = [
  ...(/## What to watch[\s\S]*?(?=\n## |$)/
    .exec(readFileSync('docs/deploying.md', 'utf8'))?.[0]
    .matchAll(/```sql\n([\s\S]*?)```/g) ?? []),
].map(([, query]) => query ?? '')

const watch = { stuck, waiting, givenUp, failing, dead }

async function run(world: World, query: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: world.database.url })
  await client.connect()
  const result = await client.query(query).finally(() => client.end())
  // Of several statements the last one counts.
  const { rows } = [result].flat().at(-1) ?? { rows: [] }
  // A bare count of 0 is no alarm.
  return rows.filter((row) => row.count !== '0')
}

async function alarms(world: World) {
  const rung = []
  for (const [name, query] of Object.entries(watch)) if ((await run(world, query)).length > 0) rung.push(name)
  return rung
}

async function inviteSome(owner: TestPerson, count: number) {
  const orgId = await foundOrg(owner)
  const invitees = Array.from({ length: count }, (_, n) => ({ email: `guest${n}@new.example` }))
  await act(owner, 'createOrgInvites', { orgId, invitees }, '__typename')
  return orgId
}

const nobody = await openMailServer()
await nobody.close()
const mailer = () => smtpMailer(nobody.url, 'guildhall@app.example')

it('the documentation has these queries and no other', () => {
  expect(Object.values(watch).every((query) => query.startsWith('select'))).toBe(true)
  expect(more).toEqual([])
})

describe('while mail works', () => {
  const world = useWorld({ mailer: () => ({ send: async () => {}, close() {} }) })

  it('no alarm is raised', async () => {
    await inviteSome(await world.person(), 3)
    await within(async () =>
      expect(await run(world, `select count(*) from org_invite where delivery = 'SENT'`)).toEqual([
        { count: '3' },
      ]),
    )
    expect(await alarms(world)).toEqual([])
  })
})

describe('while no mail goes out', () => {
  const world = useWorld({ mailer })

  it('the alarms for waiting mails are raised', async () => {
    await inviteSome(await world.person(), 20)
    // As if it were six minutes later.
    const jobs = await run(
      world,
      `update graphile_worker._private_jobs set
         run_at = run_at - interval '6 minutes',
         payload = jsonb_set(payload::jsonb, '{askedAt}',
           to_jsonb((payload->>'askedAt')::timestamptz - interval '6 minutes'))
       where payload->>'askedAt' is not null returning id`,
    )
    expect(jobs.length).toBeGreaterThan(0)
    expect(await alarms(world)).toEqual(['stuck', 'waiting'])
    expect(await run(world, waiting)).toEqual([
      { count: String(jobs.length), longest: expect.objectContaining({ minutes: 6 }) },
    ])
  })
})

describe('once mails were given up', () => {
  const world = useWorld({ mailer, env: { MAIL_RETRY_FOR_S: '0' } })

  it('the alarm says why', async () => {
    await inviteSome(await world.person(), 5)
    await within(async () =>
      expect(await run(world, givenUp)).toEqual([{ problem: 'UNREACHABLE', count: '5' }]),
    )
    expect(await alarms(world)).toEqual(['givenUp'])
  })

  it('the query for them reads no event but theirs', async () => {
    const query = `set enable_seqscan = off; explain (format json) ${givenUp}`
    const plan = JSON.stringify(await run(world, query))
    expect(plan).toContain('org_event_send_failed_idx')
  })
})

describe('where jobs fail', () => {
  const world = useWorld()

  it('the alarms for jobs are raised', async () => {
    await run(
      world,
      `select graphile_worker.add_job('revokeInvitesOfToken', '{"apiTokenId":"no uuid"}', max_attempts => 1),
              graphile_worker.add_job('purgeOrg', '{"orgId":"no uuid"}')`,
    )
    await within(async () => expect(await run(world, dead)).toEqual([{ count: '1' }]))
    await within(async () =>
      expect(await run(world, failing)).toEqual([
        { identifier: 'purgeOrg', count: '1', last_error: expect.stringContaining('uuid') },
      ]),
    )
  })
})
