import { readFileSync } from 'node:fs'
import pg from 'pg'
import { describe, expect, it, vi } from 'vitest'
import { smtpMailer } from '../src/mail/mailer.js'
import { openMailServer } from './support/mailServer.js'
import { createOrg, mutate } from './support/mutate.js'
import { type TestPerson, type TestServer, useTestServer } from './support/testServer.js'

const within = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 50 })

/** The monitoring queries in docs/deploying.md, unchanged. */
const [stuck = '', waiting = '', givenUp = '', failing = '', dead = '', ...more] = [
  ...(/## Monitoring[\s\S]*?(?=\n## |$)/
    .exec(readFileSync('docs/deploying.md', 'utf8'))?.[0]
    .matchAll(/```sql\n([\s\S]*?)```/g) ?? []),
].map(([, query]) => query ?? '')

const watch = { stuck, waiting, givenUp, failing, dead }

async function run(testServer: TestServer, query: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: testServer.database.url })
  await client.connect()
  const result = await client.query(query).finally(() => client.end())
  // The last one of several statements has the result.
  const { rows } = [result].flat().at(-1) ?? { rows: [] }
  // A count of 0 alone is no alarm.
  return rows.filter((row) => row.count !== '0')
}

async function alarms(testServer: TestServer) {
  const raised = []
  for (const [name, query] of Object.entries(watch))
    if ((await run(testServer, query)).length > 0) raised.push(name)
  return raised
}

async function inviteSome(owner: TestPerson, count: number) {
  const orgId = await createOrg(owner)
  const invitees = Array.from({ length: count }, (_, n) => ({ email: `guest${n}@new.example` }))
  await mutate(owner, 'createOrgInvites', { orgId, invitees }, '__typename')
  return orgId
}

const nobody = await openMailServer()
await nobody.close()
const mailer = () => smtpMailer(nobody.url, 'guildhall@app.example')

it('the documentation has these monitoring queries and no other', () => {
  expect(Object.values(watch).every((query) => query.startsWith('select'))).toBe(true)
  expect(more).toEqual([])
})

describe('while mail works', () => {
  const testServer = useTestServer({ mailer: () => ({ send: async () => {}, close() {} }) })

  it('no alarm is raised', async () => {
    await inviteSome(await testServer.signUp(), 3)
    await within(async () =>
      expect(await run(testServer, `select count(*) from org_invite where delivery = 'SENT'`)).toEqual([
        { count: '3' },
      ]),
    )
    expect(await alarms(testServer)).toEqual([])
  })
})

describe('while no mail can be sent', () => {
  const testServer = useTestServer({ mailer })

  it('the alarms for waiting mails are raised', async () => {
    await inviteSome(await testServer.signUp(), 20)
    // As if it were six minutes later.
    const jobs = await run(
      testServer,
      `update graphile_worker._private_jobs set
         run_at = run_at - interval '6 minutes',
         payload = jsonb_set(payload::jsonb, '{askedAt}',
           to_jsonb((payload->>'askedAt')::timestamptz - interval '6 minutes'))
       where payload->>'askedAt' is not null returning id`,
    )
    expect(jobs.length).toBeGreaterThan(0)
    expect(await alarms(testServer)).toEqual(['stuck', 'waiting'])
    expect(await run(testServer, waiting)).toEqual([
      { count: String(jobs.length), longest: expect.objectContaining({ minutes: 6 }) },
    ])
  })
})

describe('after mails have failed', () => {
  const testServer = useTestServer({ mailer, env: { MAIL_RETRY_FOR_S: '0' } })

  it('the alarm shows the reason', async () => {
    await inviteSome(await testServer.signUp(), 5)
    await within(async () =>
      expect(await run(testServer, givenUp)).toEqual([{ problem: 'UNREACHABLE', count: '5' }]),
    )
    expect(await alarms(testServer)).toEqual(['givenUp'])
  })

  it('its query reads only the failed mails’ events', async () => {
    const query = `set enable_seqscan = off; explain (format json) ${givenUp}`
    const plan = JSON.stringify(await run(testServer, query))
    expect(plan).toContain('org_event_send_failed_idx')
  })
})

describe('when jobs fail', () => {
  const testServer = useTestServer()

  it('the alarms for jobs are raised', async () => {
    await run(
      testServer,
      `select graphile_worker.add_job('revokeInvitesOfToken', '{"apiTokenId":"no uuid"}', max_attempts => 1),
              graphile_worker.add_job('purgeOrg', '{"orgId":"no uuid"}')`,
    )
    await within(async () => expect(await run(testServer, dead)).toEqual([{ count: '1' }]))
    await within(async () =>
      expect(await run(testServer, failing)).toEqual([
        { identifier: 'purgeOrg', count: '1', last_error: expect.stringContaining('uuid') },
      ]),
    )
  })
})
