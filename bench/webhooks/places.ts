import type pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { mintWebhookSecret, sealWebhookSecret } from '../../src/domain/webhooks/webhookSecret.js'
import type { LoopPlace } from './loop.js'

export const KEY = 'the secret of the bench for encrypted keys'

/** Makes an org with its events for each endpoint. @returns their places. Their webhooks are switched off. */
export async function prepare(pool: pg.Pool, urls: readonly string[], each: number): Promise<LoopPlace[]> {
  const places: LoopPlace[] = []
  for (const url of urls) {
    const [orgId, webhookId] = [uuidv7(), uuidv7()]
    const secret = mintWebhookSecret()
    const sealed = sealWebhookSecret(KEY, webhookId, secret)
    await pool.query(`insert into org (id, name, name_key, slug, event_seq) values ($1, $2, $2, $3, $4)`, [
      orgId,
      `bench ${orgId}`,
      `bench-${orgId.slice(-20)}`,
      each,
    ])
    await pool.query(
      `insert into org_event (org_id, seq, kind, type, occurred_at, summary)
       select $1, n, 'CHANGE', 'RENAMED', now(), 'It was renamed.' from generate_series(1, $2::int) n`,
      [orgId, each],
    )
    await pool.query(
      'insert into webhook (id, org_id, url, enabled, sealed_secret) values ($1, $2, $3, false, $4)',
      [webhookId, orgId, url, sealed],
    )
    await pool.query(
      `insert into webhook_filter (webhook_id, number, from_seq, at, snapshot, event_types)
       values ($1, 1, 0, now(), '', '{}')`,
      [webhookId],
    )
    await pool.query('insert into webhook_place (webhook_id, org_id, seq) values ($1, $2, 0)', [
      webhookId,
      orgId,
    ])
    places.push({ webhookId, orgId, url, secret })
  }
  // PostgreSQL does it by itself within a minute. Before that, statements run by plans for empty tables.
  await pool.query('analyze')
  return places
}
