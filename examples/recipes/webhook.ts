import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import type { WebhookMessage } from '@guildhall/client'

/** Whether Guildhall has sent a message: it knows the secret, and has signed it a moment ago (Standard Webhooks). */
export function isGenuine(
  secret: string,
  headers: IncomingHttpHeaders,
  body: string,
  now = Date.now(),
): boolean {
  const id = String(headers['webhook-id'])
  const timestamp = String(headers['webhook-timestamp'])
  if (Math.abs(now / 1_000 - Number(timestamp)) > 5 * 60) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
  // While a secret is rotated there are two signatures.
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => Buffer.from(signature.replace(/^v1,/, ''), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
}

/**
 * A server that takes the messages of a webhook. It needs no package but Node.
 * @param isNew whether a message's id was not seen before, and remembers it
 */
export function webhookReceiver({
  secret,
  isNew,
  handle,
}: {
  secret: string
  isNew: (id: string) => Promise<boolean>
  handle: (message: WebhookMessage) => Promise<void>
}): Server {
  return createServer(async (request, response) => {
    const body = await text(request)
    if (!isGenuine(secret, request.headers, body)) return void response.writeHead(401).end()
    const message: WebhookMessage = JSON.parse(body)
    const id = String(request.headers['webhook-id'])
    if (await isNew(id)) await handle(message)
    response.writeHead(204).end()
  })
}
