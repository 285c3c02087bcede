import { createHmac, randomBytes } from 'node:crypto'
import { openSealedKey, sealKey } from '../accessTokens/sealedKey.js'
import { WebhookSecretsUnavailable } from './webhook.js'

/** By the prefix people and secret scanners recognise the secret of a webhook (Standard Webhooks). */
const PREFIX = 'whsec_'
const SECRET_BYTES = 32

/** A new secret, 256 random bits. */
export function mintWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64')
}

/** @throws {WebhookSecretsUnavailable} in production without KEY_ENCRYPTION_SECRET */
export function sealWebhookSecret(keySecret: string | undefined, webhookId: string, secret: string): Buffer {
  if (keySecret === undefined)
    throw new WebhookSecretsUnavailable(
      'Webhooks need KEY_ENCRYPTION_SECRET, which encrypts their secrets in the database.',
    )
  return sealKey(keySecret, nameOf(webhookId), secret)
}

/** @throws {WebhookSecretsUnavailable} if the secret was encrypted with another KEY_ENCRYPTION_SECRET */
export function openWebhookSecret(
  keySecret: string | undefined,
  webhookId: string,
  sealed: Uint8Array,
): string {
  const secret = keySecret === undefined ? null : openSealedKey(keySecret, nameOf(webhookId), sealed)
  if (secret === null)
    throw new WebhookSecretsUnavailable(
      'The secret of the webhook can’t be decrypted: KEY_ENCRYPTION_SECRET is another one than before, or missing.',
    )
  return secret
}

const nameOf = (webhookId: string) => `webhook ${webhookId}`

/**
 * The headers of a message after Standard Webhooks: its id, the time of this attempt, and one signature for each secret.
 * @param secrets the newest first
 */
export function signedHeaders(
  secrets: readonly string[],
  { id, at, body }: { id: string; at: Date; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
