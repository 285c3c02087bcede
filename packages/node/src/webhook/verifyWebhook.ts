import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WebhookMessage } from '@guildhall/client'

/** Why a message was refused. */
export type WebhookProblem =
  /** One of its three headers is missing or damaged. */
  | 'MISSING_HEADER'
  /** It was signed longer ago than the tolerance, or the clocks differ. It may be an old message that somebody repeats. */
  | 'TOO_OLD'
  /** It was signed in the future: the clocks differ. */
  | 'TOO_NEW'
  | 'BAD_SIGNATURE'
  /** The signature is right, but the body is not JSON with a `type`. */
  | 'BAD_BODY'

/** The message is not accepted: answer with HTTP 400 or 401. Tell the reasons apart by `code`. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'
  readonly code: WebhookProblem

  constructor(code: WebhookProblem, message: string) {
    super(message)
    this.code = code
  }
}

export interface WebhookOptions {
  /**
   * How long ago a message may be signed, and how far the clocks may differ, in seconds.
   * @default 300
   */
  readonly toleranceS?: number
  /** Milliseconds since 1970. For tests. */
  readonly now?: number
}

/** As Node's and Express's `request.headers`, or as `Headers` of fetch. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>

const PREFIX = 'whsec_'
const TOLERANCE_S = 300
/** Guildhall sends two signatures while a secret is rotated. */
const MAX_SIGNATURES = 8
const MAX_ID_LENGTH = 256
const MAX_SIGNATURE_LENGTH = 2_048

/**
 * Checks that Guildhall has sent a message, and reads it. It follows Standard Webhooks.
 *
 * A message can come twice, with the same `webhook-id`: remember the ids, or do only what can be repeated.
 * @param body exactly the bytes that were received: not JSON that was parsed and written again
 * @param secret the secret of the webhook, `whsec_…`, or several, while it is rotated
 * @throws {WebhookError}
 */
export function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  { toleranceS = TOLERANCE_S, now = Date.now() }: WebhookOptions = {},
): WebhookMessage {
  const keys = [secret].flat().map(keyOf)
  if (keys.length === 0) throw new TypeError('verifyWebhook needs a secret.')
  const id = read(headers, 'webhook-id', MAX_ID_LENGTH)
  const timestamp = read(headers, 'webhook-timestamp', 16)
  const signatures = read(headers, 'webhook-signature', MAX_SIGNATURE_LENGTH)
  if (!/^\d+$/.test(timestamp))
    throw new WebhookError('MISSING_HEADER', 'The header webhook-timestamp is no number.')

  const ageS = now / 1_000 - Number(timestamp)
  if (ageS > toleranceS) throw new WebhookError('TOO_OLD', 'The message was signed too long ago.')
  if (ageS < -toleranceS) throw new WebhookError('TOO_NEW', 'The message was signed in the future.')

  const given = signatures
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .slice(0, MAX_SIGNATURES)
    .map((one) => Buffer.from(one.slice(3), 'base64'))
  const expected = keys.map((key) =>
    createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest(),
  )
  // Compares all of them, so that the time says nothing about which one is right.
  let isGenuine = false
  for (const signature of expected)
    for (const one of given)
      if (one.length === signature.length && timingSafeEqual(one, signature)) isGenuine = true
  if (!isGenuine) throw new WebhookError('BAD_SIGNATURE', 'The message is not signed with this secret.')
  return parsed(body)
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64')
  // An empty key would accept what anybody can sign.
  if (key.length < 16) throw new TypeError('The secret of a webhook has the form whsec_…')
  return key
}

function read(headers: WebhookHeaders, name: string, maxLength: number): string {
  const get = (headers as { get?: unknown }).get
  const value = typeof get === 'function' ? get.call(headers, name) : Reflect.get(headers, name)
  if (typeof value === 'string' && value !== '' && value.length <= maxLength) return value
  throw new WebhookError('MISSING_HEADER', `The header ${name} is missing, or it is damaged.`)
}

function parsed(body: string | Uint8Array): WebhookMessage {
  try {
    const message: unknown = JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString('utf8'))
    if (typeof message === 'object' && message !== null && typeof Reflect.get(message, 'type') === 'string')
      return message as WebhookMessage
  } catch {
    // Said below.
  }
  throw new WebhookError('BAD_BODY', 'The body of the message is no message of Guildhall.')
}
