import type { Pool, PoolClient } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeId } from '../../src/graphql/globalId.js'
import { type Endpoint, startEndpoint } from '../support/endpoint.js'
import { createOrg, mutate } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import { uuidOf } from '../support/orgSnapshot.js'
import { usePeople } from '../support/people.js'
import { useTestServer } from '../support/testServer.js'
import { createWebhook, QUIET, type TestWebhook, updateWebhook } from '../support/webhooks.js'

const RENAMED = { eventTypes: ['org.renamed'] }
/** Nobody says that these events were committed, so the sweep finds them. */
const WAIT = { timeout: 15_000, interval: 50 }

describe('a webhook of the instance, beside transactions that are open', () => {
  const testServer = useTestServer()
  const people = usePeople(testServer)
  let pool: Pool
  let endpoint: Endpoint
  let webhook: TestWebhook
  /** The org whose transaction stays open, and one whose transaction begins later and is committed sooner. */
  let slow: string
  let quick: string
  const open: PoolClient[] = []
  beforeAll(() => {
    pool = openPool(testServer.database.url)
  })
  afterAll(() => pool.end())
  beforeEach(async () => {
    endpoint = await startEndpoint()
    slow = await createOrg(people.owner)
    quick = await createOrg(people.owner)
  })
  afterEach(async () => {
    for (const client of open.splice(0)) client.release(true)
    await mutate(testServer.instance, 'deleteWebhook', { webhookId: webhook.id })
    await endpoint.close()
  })

  /** Writes an event, the org's third or later, in a transaction that the caller commits. */
  async function beginEvent(orgId: string): Promise<() => Promise<void>> {
    const client = await pool.connect()
    open.push(client)
    await client.query('begin')
    await client.query(
      `with counted as (update org set event_seq = event_seq + 1 where id = $1 returning id, event_seq)
       insert into org_event (org_id, seq, kind, type, occurred_at, summary, roles, previous_roles)
       select id, event_seq, 'CHANGE', 'RENAMED', clock_timestamp(), 'By hand.', '{}', '{}' from counted`,
      [uuidOf(orgId)],
    )
    return async () => {
      await client.query('commit')
      open.splice(open.indexOf(client), 1)
      client.release()
    }
  }
  const commitEvent = async (orgId: string) => (await beginEvent(orgId))()

  const received = (orgId: string) =>
    endpoint.received
      .filter(({ message }) => message.data.orgId === orgId)
      .map(({ message }) => message.data.seq)

  const placeIn = async (orgId: string) => {
    const { rows } = await pool.query<{ seq: number }>(
      'select seq from webhook_place where webhook_id = $1 and org_id = $2',
      [decodeId('Webhook', webhook.id), uuidOf(orgId)],
    )
    return rows[0]?.seq
  }

  it.each([
    ['at once', false],
    ['after the server has made its place', true],
  ])('gets an event whose transaction was open when it was made, committed %s', async (_, waits) => {
    const commit = await beginEvent(slow)
    await commitEvent(quick)
    webhook = await createWebhook(testServer.instance, undefined, endpoint.url)
    if (waits) await vi.waitFor(async () => expect(await placeIn(slow)).toBe(2), WAIT)
    await commit()
    await commitEvent(quick)
    await vi.waitFor(async () => expect([await placeIn(slow), await placeIn(quick)]).toEqual([3, 4]), WAIT)
    // The other org's event before was committed, although its transaction began later than the open one.
    expect([received(slow), received(quick)]).toEqual([[3], [4]])
  })

  it('uses its new filter for an event whose transaction was open when it was changed', async () => {
    webhook = await createWebhook(testServer.instance, undefined, endpoint.url, QUIET)
    const commit = await beginEvent(slow)
    await commitEvent(quick)
    await updateWebhook(testServer.instance, webhook, RENAMED)
    await commit()
    await commitEvent(quick)
    await vi.waitFor(async () => expect([await placeIn(slow), await placeIn(quick)]).toEqual([3, 4]), WAIT)
    expect([received(slow), received(quick)]).toEqual([[3], [4]])
  })

  it('uses its old filter for an event that was committed before the change, although it is delivered after', async () => {
    webhook = await createWebhook(testServer.instance, undefined, endpoint.url, RENAMED)
    await updateWebhook(testServer.instance, webhook, { enabled: false })
    const commit = await beginEvent(slow)
    await commitEvent(quick)
    await updateWebhook(testServer.instance, webhook, QUIET)
    await commit()
    await commitEvent(quick)
    await updateWebhook(testServer.instance, webhook, { enabled: true })
    await vi.waitFor(async () => expect([await placeIn(slow), await placeIn(quick)]).toEqual([3, 4]), WAIT)
    expect([received(slow), received(quick)]).toEqual([[], [3]])
  })
})
