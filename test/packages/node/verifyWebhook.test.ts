import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, onTestFinished } from 'vitest'
import { verifyWebhook, type WebhookHeaders } from '../../../packages/node/src/index.js'
import { startEndpoint } from '../../support/endpoint.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { useTestServer } from '../../support/testServer.js'
import { createWebhook } from '../../support/webhooks.js'

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`
const secret = newSecret()

/** Headers as the reference implementation signs them. */
function signed(body: string, { key = secret, id = 'msg_1', at = new Date() } = {}): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(key).sign(id, at, body),
  }
}

/** The reason why a message is refused; `null` if it is accepted. */
function problemOf(...message: Parameters<typeof verifyWebhook>): string | null {
  try {
    verifyWebhook(...message)
    return null
  } catch (error) {
    return String(Reflect.get(Object(error), 'code') ?? Object(error).name)
  }
}

const body = '{"type":"ping"}'

describe('verifyWebhook', () => {
  it('takes what the reference implementation signs, and nothing that differs in one bit', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ minLength: 1, maxLength: 100 }),
        fc.nat(),
        (text, id, bit) => {
          const message = JSON.stringify({ type: 'ping', text })
          const headers = signed(message, { id })
          expect(verifyWebhook(message, headers, secret)).toEqual({ type: 'ping', text })
          const bytes = Buffer.from(message)
          expect(problemOf(bytes, headers, secret)).toBe(null)
          const at = bit % (bytes.length * 8)
          bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
          expect(problemOf(bytes, headers, secret)).toBe('BAD_SIGNATURE')
        },
      ),
    )
  })

  it('reads bytes that are no UTF-8 as they were signed', () => {
    const bytes = Buffer.concat([Buffer.from('{"type":"ping","x":"'), Buffer.from([0xff]), Buffer.from('"}')])
    const headers = signed(bytes.toString('latin1'))
    // The reference signs text. So the bytes of this message are others than those that were signed.
    expect(problemOf(bytes, headers, secret)).toBe('BAD_SIGNATURE')
  })

  it('takes headers of Node, of fetch and of Express', () => {
    const headers = signed(body)
    const kinds: WebhookHeaders[] = [headers, new Headers(headers), { ...headers, accept: ['a', 'b'] }]
    for (const kind of kinds) expect(problemOf(body, kind, secret)).toBe(null)
  })

  it('takes a message of either secret while the secret is rotated, and the message with both signatures', () => {
    const [old, fresh, other] = [newSecret(), newSecret(), newSecret()]
    const byOld = signed(body, { key: old })
    const byFresh = signed(body, { key: fresh })
    const both = {
      ...byOld,
      'webhook-signature': `${byFresh['webhook-signature']} ${byOld['webhook-signature']}`,
    }
    for (const headers of [byOld, byFresh, both]) expect(problemOf(body, headers, [fresh, old])).toBe(null)
    for (const key of [old, fresh]) expect(problemOf(body, both, key)).toBe(null)
    expect(problemOf(body, both, other)).toBe('BAD_SIGNATURE')
    expect(problemOf(body, byOld, fresh)).toBe('BAD_SIGNATURE')
  })

  it('refuses a message that was signed too long ago, or in the future', () => {
    const now = Date.now()
    const aged = (s: number) => signed(body, { at: new Date(now - s * 1_000) })
    expect([299, 302, -299, -302].map((s) => problemOf(body, aged(s), secret, { now }))).toEqual([
      null,
      'TOO_OLD',
      null,
      'TOO_NEW',
    ])
    expect(problemOf(body, aged(61), secret, { now, toleranceS: 60 })).toBe('TOO_OLD')
  })

  it('refuses a message with another id or time than were signed', () => {
    const headers = signed(body)
    const time = Number(headers['webhook-timestamp'])
    expect(problemOf(body, { ...headers, 'webhook-id': 'msg_2' }, secret)).toBe('BAD_SIGNATURE')
    expect(problemOf(body, { ...headers, 'webhook-timestamp': String(time + 1) }, secret)).toBe(
      'BAD_SIGNATURE',
    )
  })

  it('refuses a message whose headers are missing or damaged', () => {
    const headers = signed(body)
    for (const name of Object.keys(headers)) {
      expect(problemOf(body, { ...headers, [name]: undefined }, secret)).toBe('MISSING_HEADER')
      expect(problemOf(body, { ...headers, [name]: ['a', 'b'] }, secret)).toBe('MISSING_HEADER')
      expect(problemOf(body, { ...headers, [name]: 'x'.repeat(10_000) }, secret)).toBe('MISSING_HEADER')
    }
    for (const time of ['now', '1e3', '-1', 'NaN', '٣'])
      expect(problemOf(body, { ...headers, 'webhook-timestamp': time }, secret)).toBe('MISSING_HEADER')
    for (const signature of ['v1,', 'v1', 'v2,AAAA', 'v1a,AAAA', headers['webhook-signature']?.slice(3), ' '])
      expect(problemOf(body, { ...headers, 'webhook-signature': signature }, secret)).toBe('BAD_SIGNATURE')
  })

  it('refuses a signed body that is no message', () => {
    for (const text of ['', 'null', '[]', '{}', '{"type":1}', '{"type":'])
      expect(problemOf(text, signed(text), secret)).toBe('BAD_BODY')
  })

  it('refuses to work without a secret, because an empty one would accept everybody', () => {
    for (const none of [[], '', 'whsec_', ['', secret]])
      expect(problemOf(body, signed(body), none)).toBe('TypeError')
  })

  describe('of a real server', () => {
    const testServer = useTestServer()

    it('takes its messages, also while the secret is rotated, and tells their types apart', async () => {
      const owner = await testServer.signUp()
      const orgId = await createOrg(owner)
      const endpoint = await startEndpoint()
      onTestFinished(() => endpoint.close())
      const webhook = await createWebhook(owner, orgId, endpoint.url, { eventTypes: ['org.renamed'] })
      const rename = (name: string) => mutate(owner, 'updateOrg', { orgId, name })
      await rename(`First ${orgId}`)
      const { secret: fresh } = await mutate(
        owner,
        'rotateWebhookSecret',
        { webhookId: webhook.id },
        'secret',
      )
      await rename(`Second ${orgId}`)
      await endpoint.waitFor((received) => received.length >= 2)
      const names = endpoint.received.map(({ body, headers }, index) => {
        const message = verifyWebhook(body, headers, index === 0 ? webhook.secret : [fresh])
        return message.type === 'org.renamed' ? message.data.event.summary : message.type
      })
      expect(names).toEqual([expect.stringContaining('First'), expect.stringContaining('Second')])
      const [, second] = endpoint.received
      expect(problemOf(second?.body ?? '', second?.headers ?? {}, webhook.secret)).toBe(null)
    })
  })
})
