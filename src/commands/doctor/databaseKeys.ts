import type pg from 'pg'
import { openSealedKey } from '../../domain/accessTokens/sealedKey.js'
import { WebhookSecretsUnavailable } from '../../domain/webhooks/webhook.js'
import { openWebhookSecret } from '../../domain/webhooks/webhookSecret.js'
import type { Settings } from '../../settings/settings.js'
import { type Finding, ok, problem } from './check.js'
import { rowOf } from './databaseRow.js'

/** The most webhooks whose secrets are tried. */
const WEBHOOKS_TRIED = 1_000

/** Whether KEY_ENCRYPTION_SECRET opens what it has sealed. */
export async function keysOf(client: pg.Client, { accessTokens, production }: Settings): Promise<Finding[]> {
  const { tables } = await rowOf<{ tables: boolean }>(
    client,
    `select to_regclass('signing_key') is not null and to_regclass('webhook') is not null
       and to_regclass('instance_key') is not null as tables`,
  )
  if (!tables) return []
  const generated = async () => {
    const { rows } = await client.query<{ value: Buffer }>(
      `select value from instance_key where name = 'key-encryption'`,
    )
    return rows[0]?.value.toString('base64url')
  }
  const secret = accessTokens.keySecret ?? (production ? undefined : await generated())
  const { rows: keys } = await client.query<{ kid: string; sealed: Buffer }>(
    'select kid, sealed_private_key as sealed from signing_key order by number desc limit 1',
  )
  const { rows: webhooks } = await client.query<{ id: string; sealed: Buffer }>(
    `select id, sealed_secret as sealed from webhook order by id desc limit ${WEBHOOKS_TRIED}`,
  )
  if (keys.length + webhooks.length === 0) return []
  const isKeyLost = keys.some(
    ({ kid, sealed }) => secret === undefined || openSealedKey(secret, kid, sealed) === null,
  )
  const lost = webhooks.filter(({ id, sealed }) => !isOpened(secret, id, sealed)).length
  if (!isKeyLost && lost === 0) return [ok('keys', 'KEY_ENCRYPTION_SECRET opens what it has encrypted')]
  const what = [isKeyLost && 'the key of org access tokens', lost > 0 && `the secrets of ${lost} webhooks`]
  return [
    problem(
      'keys',
      `${secret === undefined ? 'KEY_ENCRYPTION_SECRET is not set, and so does not open' : 'KEY_ENCRYPTION_SECRET does not open'} ${what.filter(Boolean).join(' and ')}`,
      'Set the secret that was used before. If it is lost: node dist/cli.js keys rotate --withdraw, and rotateWebhookSecret for each webhook.',
    ),
  ]
}

function isOpened(secret: string | undefined, webhookId: string, sealed: Uint8Array): boolean {
  try {
    openWebhookSecret(secret, webhookId, sealed)
    return true
  } catch (error) {
    if (error instanceof WebhookSecretsUnavailable) return false
    throw error
  }
}
