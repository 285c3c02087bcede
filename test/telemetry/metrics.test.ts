import { connect } from 'node:net'
import sql from 'sql-template-tag'
import { beforeAll, describe, expect, it } from 'vitest'
import { useTestServer } from '../support/testServer.js'
import { type Page, scrape } from './scrape.js'
import { doEverything, pickyMailer, workloadSettings } from './workload.js'

describe('without METRICS_PORT', () => {
  const testServer = useTestServer()

  it('there is no page of metrics', async () => {
    expect(testServer.server.metricsUrl).toBeUndefined()
    expect((await fetch(`${testServer.url}/metrics`)).status).toBe(404)
  })
})

describe('with METRICS_PORT', () => {
  const testServer = useTestServer({ env: workloadSettings, mailer: pickyMailer })
  const page = () => scrape(testServer.server.metricsUrl)
  let before: Page
  let after: Page

  beforeAll(async () => {
    before = await page()
    await doEverything(testServer)
    after = await page()
  }, 60_000)

  /** By how much a metric has grown. */
  const growth = (name: string, labels: Record<string, string> = {}) =>
    after.sum(name, labels) - before.sum(name, labels)

  it('the page is on a port of its own, and nothing else is', async () => {
    const url = testServer.server.metricsUrl ?? ''
    expect(new URL(url).port).not.toBe(new URL(testServer.url).port)
    expect((await fetch(`${testServer.url}/metrics`)).status).toBe(404)
    const response = await fetch(url)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(await response.text()).toContain('# TYPE guildhall_operations_total counter')
    expect((await fetch(url, { method: 'POST' })).status).toBe(405)
    expect((await fetch(url.replace('/metrics', '/graphql'))).status).toBe(404)
  })

  it('many requests to the page do not keep the server from answering', async () => {
    const { hostname, port } = new URL(testServer.server.metricsUrl ?? '')
    let pages = 0
    const sockets = Array.from({ length: 100 }, () => {
      const socket = connect(Number(port), hostname, () =>
        socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50)),
      )
      return socket
        .on('data', (data) => {
          pages += data.toString().split('HTTP/1.1 200').length - 1
        })
        .on('error', () => {})
    })
    const closed = sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve)))
    try {
      // Each is closed after its page.
      await Promise.all(closed)
      expect(pages).toBeLessThanOrEqual(100)
      expect((await fetch(`${testServer.url}/ready`)).status).toBe(200)
      await page()
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })

  it.each([
    ['guildhall_operations_total', { type: 'mutation', operation: 'createOrg', outcome: 'ok' }, 1],
    ['guildhall_operations_total', { type: 'mutation', operation: 'acceptOrgInvite', outcome: 'refused' }, 1],
    ['guildhall_operations_total', { type: 'query', operation: 'other', outcome: 'ok' }, 1],
    ['guildhall_operations_total', { type: 'none', operation: 'none', outcome: 'GRAPHQL_PARSE_FAILED' }, 1],
    ['guildhall_operations_total', { type: 'none', operation: 'none', outcome: 'UNAUTHENTICATED' }, 2],
    ['guildhall_operations_total', { type: 'none', operation: 'none', outcome: 'RATE_LIMITED' }, 1],
    ['guildhall_operations_total', { type: 'subscription', operation: 'orgEvents', outcome: 'ok' }, 2],
    ['guildhall_operation_duration_seconds_count', { type: 'mutation', operation: 'createOrgInvite' }, 3],
    ['guildhall_operation_cost_fields_count', { type: 'subscription' }, 2],
    ['guildhall_refusals_total', { operation: 'acceptOrgInvite', refusal: 'NotFoundError' }, 1],
    ['guildhall_page_requests_total', { page: 'none', status: '404' }, 1],
    ['guildhall_limits_met_total', { limit: 'operations_per_socket' }, 1],
    ['guildhall_credentials_refused_total', { reason: 'malformed' }, 2],
    ['guildhall_stream_ends_total', { outcome: 'ok' }, 2],
    ['guildhall_mails_total', { kind: 'invite', result: 'sent', problem: '' }, 1],
    ['guildhall_mails_total', { kind: 'invite', result: 'failed', problem: 'NO_SUCH_MAILBOX' }, 1],
    ['guildhall_mails_total', { kind: 'invite', result: 'failed', problem: 'UNREACHABLE' }, 1],
  ])('%s %o grows when its thing happens', async (name, labels, by) => {
    // Streams end a moment after the socket was closed.
    if (name === 'guildhall_stream_ends_total')
      await expect.poll(async () => (await page()).sum(name, labels)).toBe(by)
    else expect(growth(name, labels)).toBe(by)
  })

  it('events are counted when they are sent, with how late they were', () => {
    expect(growth('guildhall_stream_events_total', { source: 'live' })).toBeGreaterThanOrEqual(6)
    expect(after.sum('guildhall_stream_lag_seconds_count')).toBeGreaterThanOrEqual(6)
    expect(after.sum('guildhall_stream_lag_seconds_bucket', { le: '10' })).toBe(
      after.sum('guildhall_stream_lag_seconds_count'),
    )
  })

  it('deliveries of webhooks are counted, with how late they were', () => {
    expect(growth('guildhall_webhook_deliveries_total', { result: 'accepted' })).toBeGreaterThanOrEqual(3)
    expect(growth('guildhall_webhook_lag_seconds_count')).toBeGreaterThanOrEqual(3)
  })

  it('runs of jobs are counted by their task', () => {
    expect(growth('guildhall_jobs_total', { task: 'sendInviteMail', result: 'ok' })).toBeGreaterThanOrEqual(2)
    expect(growth('guildhall_job_duration_seconds_count', { task: 'sendInviteMail' })).toBeGreaterThanOrEqual(
      2,
    )
  })

  it('the state of the server is read when somebody asks', async () => {
    await expect.poll(async () => (await page()).sum('guildhall_websockets')).toBe(0)
    expect(after.sum('guildhall_ready')).toBe(1)
    expect(after.sum('guildhall_database_connections', { state: 'lane' })).toBe(2)
    expect(after.sum('guildhall_database_connections', { state: 'in_use' })).toBeGreaterThan(0)
    expect(after.sum('guildhall_jobs_queued', { task: 'tidyUp' })).toBe(1)
    expect(after.has('guildhall_database_waiting', { for: 'pool' })).toBe(true)
    expect(after.sum('guildhall_build_info', { node: process.versions.node })).toBe(1)
    expect(after.sum('process_cpu_seconds_total')).toBeGreaterThan(0)
  })

  it('a job that nobody takes grows old', async () => {
    const { database } = testServer.server.app
    await database.query(
      sql`select id from graphile_worker.add_job('notOurs', run_at => now() - interval '90 seconds')`,
    )
    await expect
      .poll(async () => (await page()).sum('guildhall_job_due_seconds', { task: 'notOurs' }))
      .toBeGreaterThan(89)
    expect((await page()).sum('guildhall_jobs_due', { task: 'notOurs' })).toBe(1)
  })

  it('an internal error is counted', async () => {
    const { database } = testServer.server.app
    const owner = await testServer.signUp()
    const errors = (await page()).sum('guildhall_internal_errors_total')
    await database.query(sql`alter table org_invite rename to lost_invites`)
    const { errors: told } = await owner.ask(
      '{ orgInvitePreview(token: "gi_x") { __typename } viewer { orgInvites { totalCount } } }',
    )
    await database.query(sql`alter table lost_invites rename to org_invite`)
    expect(told?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR')
    expect((await page()).sum('guildhall_internal_errors_total')).toBe(errors + 1)
  })

  it('no client can make labels: 1,000 made-up names of operations add nothing', async () => {
    const person = await testServer.signUp()
    await person.ask('query Known { viewer { id } }')
    const known = new Set((await page()).samples.map(({ name, labels }) => JSON.stringify([name, labels])))
    for (let name = 0; name < 1_000; name += 20)
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          person.ask(`query MadeUp${name + n} { madeUp${name + n}: viewer { id } }`),
        ),
      )
    const { samples } = await page()
    expect(JSON.stringify(samples)).not.toMatch(/made-?up/i)
    const added = samples
      .map(({ name, labels }) => JSON.stringify([name, labels]))
      .filter((series) => series.includes('"guildhall_') && !known.has(series))
    expect(added).toEqual([])
  }, 60_000)
})
