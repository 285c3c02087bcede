import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeId } from '../../../src/graphql/globalId.js'
import { type Endpoint, startEndpoint } from '../../support/endpoint.js'
import { isFrom, logLines } from '../../support/logLines.js'
import { createOrg, invite } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'
import { createWebhook, NOWHERE, QUIET, type TestWebhook, updateWebhook } from '../../support/webhooks.js'
import {
  countOf,
  describeOutcomes,
  type Figures,
  findViolations,
  openRaceFixture,
  type Race,
  type RaceFixture,
  run,
  tableOf,
} from './race.js'
import { ROUNDS } from './rounds.js'

const MAX_WEBHOOKS = 10
/** A place that is left alone is found again by the sweep, every five seconds. */
const SETTLES_WITHIN_MS = 12_000

let endpoint: Endpoint
let pool: Pool
/** Longer than a mutation takes on a busy machine, so that either may be first. */
const GONE_WITHIN_MS = 300
/** Paths that are answered with 410. */
const gone = new Set<string>()
/** Paths whose endpoint takes some time for each message, ms. */
const slow = new Map<string, number>()
/** After it the progress of a message is written, so that its server has heard of the deletion. */
const ANSWER_MS = 60
const newAddress = () => `${crypto.randomUUID()}@new.example`
const receivedAt = (path: string) => endpoint.received.filter((one) => one.path === path)

async function until(check: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  for (const by = performance.now() + ms; performance.now() < by; await sleep(10))
    if (await check()) return true
  return false
}

interface State {
  enabled: boolean
  reason: string | null
  /** How far its place is behind, and whether a server holds it. */
  behind: number
  held: boolean
  /** Statuses of its deliveries, in order. */
  statuses: string[]
  /** Types of the events of the org's webhooks, in order. */
  events: string[]
}

async function read(orgId: string, { id }: TestWebhook): Promise<State> {
  const { rows } = await pool.query<State>(
    `select w.enabled, w.disabled_reason as reason, o.event_seq - p.seq as behind, p.owner is not null as held,
      array(select status::text from webhook_delivery where webhook_id = w.id order by seq) as statuses,
      array(select type from org_event where org_id = o.id and type like 'WEBHOOK%' order by seq) as events
     from webhook w join org o on o.id = w.org_id join webhook_place p on p.webhook_id = w.id where w.id = $1`,
    [decodeId('Webhook', id)],
  )
  const [state] = rows
  if (!state) throw new Error(`no webhook in ${orgId}`)
  return state
}

const isSettled = ({ enabled, behind, held }: State) => !held && (!enabled || behind === 0)

/** Makes a webhook whose endpoint has got an event, and is about to answer 410 to it. */
async function goingWebhook(
  owner: TestPerson,
  orgId: string,
): Promise<{ webhook: TestWebhook; path: string }> {
  const name = crypto.randomUUID()
  const path = `/hook/${name}`
  gone.add(path)
  const webhook = await createWebhook(owner, orgId, `${endpoint.url}/${name}`)
  await invite(owner, orgId, newAddress())
  if (!(await until(() => receivedAt(path).length > 0, SETTLES_WITHIN_MS))) throw new Error('not called')
  gone.delete(path)
  await sleep(Math.random() * 15)
  return { webhook, path }
}

/** All places but one are taken. Four callers create a webhook at once, and one succeeds. */
const lastPlace: Race = {
  title: 'four webhooks of an org are created for the tenth place',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await fixture.pool.query(
        `insert into webhook (id, org_id, url, enabled, sealed_secret)
         select gen_random_uuid(), $1, 'https://taken.example/', false, '' from generate_series(2, $2)`,
        [uuidOf(orgId), MAX_WEBHOOKS],
      )
      const attempt = { by: owner, mutation: 'createWebhook', input: { orgId, url: NOWHERE, ...QUIET } }
      const outcomes = await fixture.atOnce(attempt, attempt, attempt, attempt)
      const { rows } = await fixture.pool.query(
        'select count(*)::int as count from webhook where org_id = $1',
        [uuidOf(orgId)],
      )
      return {
        winner: 'one',
        violations: await findViolations(fixture, orgId, {
          [`${rows[0].count} webhooks`]: rows[0].count === MAX_WEBHOOKS,
          [`one is made: ${describeOutcomes(outcomes)}`]:
            countOf(outcomes, 'CreateWebhookPayload') === 1 && countOf(outcomes, 'LimitReachedError') === 3,
        }),
      }
    }),
}

/** Who is later decides. Switched on, the webhook goes on with the message; switched off, it says why. */
const switchedOn: Race = {
  title: 'a webhook is switched on while its endpoint answers 410',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const { webhook, path } = await goingWebhook(owner, orgId)
      const answer = await updateWebhook(fixture.byAny(owner), webhook, { enabled: true })
      const settled = await until(async () => isSettled(await read(orgId, webhook)), SETTLES_WITHIN_MS)
      const state = await read(orgId, webhook)
      const says = JSON.stringify(state)
      const seqs = receivedAt(path).map(({ message }) => message.data.seq)
      return {
        winner: state.enabled ? '410 first' : 'the call first',
        violations: await findViolations(fixture, orgId, {
          [`it comes to rest: ${says}`]: settled,
          'the call succeeds': answer.webhook?.enabled === true,
          [`the state fits the events: ${says}, received ${seqs}`]: state.enabled
            ? state.reason === null &&
              state.events.join() === 'WEBHOOK_CREATED,WEBHOOK_DISABLED,WEBHOOK_UPDATED' &&
              state.statuses.every((status) => status === 'DELIVERED') &&
              seqs.join() === '4,4,5,6'
            : state.reason?.includes('410') === true &&
              state.events.join() === 'WEBHOOK_CREATED,WEBHOOK_DISABLED' &&
              state.statuses.join() === 'FAILED' &&
              seqs.join() === '4',
        }),
      }
    }),
}

/** The 410 of an address that is not the webhook's any more does not switch it off. */
const movedAway: Race = {
  title: 'a webhook gets another URL while the old one answers 410',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const { webhook, path } = await goingWebhook(owner, orgId)
      await updateWebhook(fixture.byAny(owner), webhook, { url: `${endpoint.url}${path}-new`, enabled: true })
      const settled = await until(async () => isSettled(await read(orgId, webhook)), SETTLES_WITHIN_MS)
      const state = await read(orgId, webhook)
      const seqs = receivedAt(`/hook${path}-new`).map(({ message }) => message.data.seq)
      return {
        winner: state.events[1] === 'WEBHOOK_DISABLED' ? '410 first' : 'the call first',
        violations: await findViolations(fixture, orgId, {
          [`it is on and has delivered all: ${JSON.stringify(state)}, received ${seqs}`]:
            settled && state.enabled && state.reason === null && state.behind === 0,
          [`the new URL has got all, in order: ${seqs}`]:
            seqs.join() === seqs.map((_, index) => 4 + index).join() && seqs.length >= 2,
        }),
      }
    }),
}

/** Nothing of a deleted webhook is left, whatever was asked of it and whatever it was delivering. */
const deleted: Race = {
  title: 'a webhook is deleted while a message is asked for once more',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const name = crypto.randomUUID()
      const webhook = await createWebhook(owner, orgId, `${endpoint.url}/${name}`)
      await invite(owner, orgId, newAddress())
      const isDelivered = await until(
        async () => (await read(orgId, webhook)).statuses.join() === 'DELIVERED',
        SETTLES_WITHIN_MS,
      )
      const id = decodeId('Webhook', webhook.id)
      const { rows } = await fixture.pool.query('select id from webhook_delivery where webhook_id = $1', [id])
      const outcomes = await fixture.atOnce(
        { by: owner, mutation: 'deleteWebhook', input: { webhookId: webhook.id } },
        {
          by: owner,
          mutation: 'redeliverWebhookDelivery',
          input: { webhookDeliveryId: btoa(`WebhookDelivery:${rows[0]?.id}`) },
        },
        {
          by: owner,
          mutation: 'createOrgInvite',
          input: { orgId, invitee: { email: newAddress() } },
        },
      )
      const left = await fixture.pool.query(
        ['webhook_place', 'webhook_filter', 'webhook_delivery', 'webhook_request']
          .map((table) => `select '${table}' as name from ${table} where webhook_id = $1`)
          .join(' union all '),
        [id],
      )
      const again = outcomes[1]?.__typename ?? ''
      return {
        winner: again === 'NotFoundError' ? 'delete first' : 'redeliver first',
        violations: await findViolations(fixture, orgId, {
          'the first message was delivered': isDelivered,
          [`it is deleted: ${describeOutcomes(outcomes)}`]:
            outcomes[0]?.__typename === 'DeleteWebhookPayload',
          [`the other is done or refused: ${again}`]: [
            'RedeliverWebhookDeliveryPayload',
            'NotFoundError',
          ].includes(again),
          'the event is written': outcomes[2]?.__typename === 'CreateOrgInvitePayload',
          [`nothing is left: ${left.rows.map(({ name }) => name)}`]: left.rows.length === 0,
        }),
      }
    }),
}

/** A webhook that has many events to deliver is deleted meanwhile. */
const deletedMeanwhile: Race = {
  title: 'a webhook is deleted while it delivers',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const name = crypto.randomUUID()
      slow.set(`/hook/${name}`, ANSWER_MS)
      const webhook = await createWebhook(owner, orgId, `${endpoint.url}/${name}`)
      await updateWebhook(owner, webhook, { enabled: false })
      for (let made = 0; made < 8; made++) await invite(owner, orgId, newAddress(), { sendEmail: false })
      await updateWebhook(fixture.byAny(owner), webhook, { enabled: true })
      const count = Math.floor(Math.random() * 8)
      const isCalled = await until(() => receivedAt(`/hook/${name}`).length > count, SETTLES_WITHIN_MS)
      const [outcome] = await fixture.atOnce({
        by: owner,
        mutation: 'deleteWebhook',
        input: { webhookId: webhook.id },
      })
      const got = receivedAt(`/hook/${name}`).length
      await sleep(11 * ANSWER_MS)
      const after = receivedAt(`/hook/${name}`).map(({ message }) => message.data.seq)
      return {
        winner: got >= 11 ? 'all delivered' : 'delete first',
        violations: await findViolations(fixture, orgId, {
          'it delivers': isCalled,
          [`it is deleted: ${outcome?.__typename}`]: outcome?.__typename === 'DeleteWebhookPayload',
          // One is being sent, and one may be sent before the server writes the progress of the one before.
          [`it sends no more: ${got}, ${after.length}`]: after.length <= got + 2,
          [`in order, once: ${after}`]: after.join() === after.map((_, index) => 4 + index).join(),
        }),
      }
    }),
}

describe('webhooks keep their rules, whoever wins the race', () => {
  const { log, lines } = logLines()
  const testServer = useTestServer({ log })
  const figures: Figures[] = []
  let fixture: RaceFixture
  beforeAll(async () => {
    endpoint = await startEndpoint()
    endpoint.reply(({ path }) =>
      gone.has(path)
        ? { status: 410, afterMs: Math.random() * GONE_WITHIN_MS }
        : { afterMs: slow.get(path) ?? 0 },
    )
    pool = openPool(testServer.database.url)
    fixture = openRaceFixture(testServer, pool, [testServer.url, (await testServer.startAnother()).url])
  })
  afterAll(async () => {
    console.log(tableOf(figures))
    await pool.end()
    await endpoint.close()
  })

  it.each([lastPlace, switchedOn, movedAway, deleted, deletedMeanwhile])(
    '$title',
    async (race) => {
      const played = await run(race, fixture, ROUNDS)
      figures.push(played)
      expect([...new Set(played.violations)]).toEqual([])
      expect(played.rounds).toBe(ROUNDS)
    },
    180_000,
  )

  it('no statement has failed, and no two have waited for each other', async () => {
    // A session tells its figures when it is idle, some time later.
    await sleep(1_500)
    const { rows } = await pool.query(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    )
    expect(rows).toEqual([{ deadlocks: 0 }])
    expect(lines.filter(isFrom('warn'))).toEqual([])
  })
})
