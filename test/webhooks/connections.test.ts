import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { addressGuard } from '../../src/webhooks/addressGuard.js'
import { openSender } from '../../src/webhooks/sender.js'
import { startDnsServer } from '../support/dnsServer.js'
import { type Endpoint, startEndpoint } from '../support/endpoint.js'
import { createOrg, invite, mutate } from '../support/mutate.js'
import { usePeople } from '../support/people.js'
import { selfSigned } from '../support/selfSigned.js'
import { useTestServer } from '../support/testServer.js'
import { createWebhook, readWebhook, updateWebhook } from '../support/webhooks.js'

const dns = await startDnsServer()
afterAll(() => dns.close())
const testServer = useTestServer({ env: { DNS_SERVERS: dns.address, WEBHOOK_RETRY_FOR_S: '4' } })
const people = usePeople(testServer)
let endpoint: Endpoint
let orgId: string
beforeEach(async () => {
  endpoint = await startEndpoint()
  orgId = await createOrg(people.owner)
})
afterEach(() => endpoint.close())

const WAIT = { timeout: 15_000, interval: 50 }
const newAddress = () => `${crypto.randomUUID()}@new.example`
const create = (url: string) =>
  mutate(people.owner, 'createWebhook', { orgId, url }, 'webhook { id url } secret')

describe('the address of a webhook', () => {
  it.each([
    'http://93.184.215.14/hook',
    'https://10.0.0.1/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://private.example/',
    'http://public.example/',
    'https://user@public.example/',
    'https://user:secret@public.example/',
    'ftp://public.example/',
    'javascript:alert(1)',
    '/hook',
    '',
    `https://public.example/${'x'.repeat(2_048)}`,
  ])('is refused: %s', async (url) => {
    dns.setAddresses('private.example', ['192.168.1.1'])
    dns.setAddresses('public.example', ['93.184.215.14'])
    expect(await create(url)).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: 'url' }] })
    const webhook = await createWebhook(people.owner, orgId, 'https://public.example/')
    expect(await updateWebhook(people.owner, webhook, { url })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'url' }],
    })
  })

  it('is taken: a public name, and a name that has no address yet', async () => {
    dns.setAddresses('public.example', ['93.184.215.14'])
    dns.set('broken.example', 'SERVFAIL')
    for (const [given, kept] of [
      ['https://public.example', 'https://public.example/'],
      ['https://not-yet.example/a?b=c#d', 'https://not-yet.example/a?b=c'],
      ['https://BROKEN.example:8443/', 'https://broken.example:8443/'],
    ])
      expect(await create(given ?? '')).toMatchObject({ webhook: { url: kept } })
  })

  it('is checked at each connection: a name that changes to a private address is not called', async () => {
    const name = 'rebinding.example'
    dns.setAddresses(name, ['93.184.215.14'], ['10.0.0.1'])
    const webhook = await createWebhook(people.owner, orgId, `https://${name}/hook`)
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(async () => {
      expect((await readWebhook(people.owner, webhook)).deliveries.nodes).toMatchObject([
        { responseStatus: null, error: 'The host has an address that webhooks may not call.' },
      ])
    }, WAIT)
  })

  it('is used as it was checked: the connection goes to that very address', async () => {
    dns.setAddresses('here.example', ['127.0.0.1'])
    await createWebhook(people.owner, orgId, `http://here.example:${endpoint.port}/hook`)
    await invite(people.owner, orgId, newAddress())
    await endpoint.waitFor((received) => received.length === 1)
    expect(endpoint.received[0]?.headers.host).toBe(`here.example:${endpoint.port}`)
  })
})

describe('a message that is not accepted', () => {
  it('fails when its time is over, and the webhook is switched off with its event', async () => {
    endpoint.reply(() => ({ status: 500 }))
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(async () => {
      expect(await readWebhook(people.owner, webhook)).toMatchObject({
        enabled: false,
        disabledReason: 'A message was not accepted for too long. The endpoint answered with the status 500.',
        deliveries: { nodes: [{ status: 'FAILED', attempts: 2, nextAttemptAt: null }] },
      })
    }, WAIT)
    expect(await mutate(people.owner, 'pingWebhook', { webhookId: webhook.id })).toMatchObject({
      __typename: 'WebhookDisabledError',
    })
  })

  it.each([
    ['https://127.0.0.1:9/hook', 'The connection was refused.'],
    ['https://nowhere.example/hook', 'The name of the host has no address.'],
  ])('says why: %s', async (url, error) => {
    const webhook = await createWebhook(people.owner, orgId, url)
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(async () => {
      expect((await readWebhook(people.owner, webhook)).deliveries.nodes).toMatchObject([
        { responseStatus: null, error },
      ])
    }, WAIT)
  })

  it('says that TLS failed, if the certificate is of nobody known', async () => {
    const secure = await startEndpoint({ tls: true })
    onTestFinished(() => secure.close())
    const webhook = await createWebhook(people.owner, orgId, secure.url)
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(async () => {
      expect((await readWebhook(people.owner, webhook)).deliveries.nodes).toMatchObject([
        { error: expect.stringMatching(/^TLS failed: /) },
      ])
    }, WAIT)
    expect(secure.received).toEqual([])
  })
})

describe('an attempt', () => {
  const guard = addressGuard({ dnsServers: [dns.address], production: false })
  const message = { headers: { 'webhook-id': 'msg_1' }, body: '{}' }
  const never = new AbortController().signal

  it('verifies TLS for the name', async () => {
    const secure = await startEndpoint({ tls: true })
    const sender = openSender({ guard, ca: selfSigned.cert })
    onTestFinished(async () => {
      await sender.close()
      await secure.close()
    })
    dns.setAddresses('another.example', ['127.0.0.1'])
    const at = (host: string) =>
      sender.post({ ...message, url: `https://${host}:${secure.port}/hook` }, never)
    expect(await at('localhost')).toMatchObject({ status: 204, error: null })
    expect(await at('127.0.0.1')).toMatchObject({ status: 204, error: null })
    expect(await at('another.example')).toMatchObject({
      status: null,
      error: 'TLS failed: ERR_TLS_CERT_ALTNAME_INVALID.',
    })
    expect(secure.received).toHaveLength(2)
  })

  it('takes ten seconds at most, and reads little of a long answer', async () => {
    const sender = openSender({ guard })
    onTestFinished(() => sender.close())
    endpoint.reply(() => ({ hangs: true }))
    const begun = performance.now()
    expect(await sender.post({ ...message, url: endpoint.url }, never)).toEqual({
      status: null,
      error: 'No answer within 10 seconds.',
      retryAfterMs: null,
    })
    expect(performance.now() - begun).toBeGreaterThan(9_500)
    expect(performance.now() - begun).toBeLessThan(12_000)
    endpoint.reply(() => ({ status: 200, body: 'x'.repeat(50_000_000) }))
    expect(await sender.post({ ...message, url: endpoint.url }, never)).toMatchObject({
      status: 200,
      error: null,
    })
  })

  it('goes by the proxy if one is set, to the address that was checked and with TLS for the name', async () => {
    const secure = createTlsServer(selfSigned, (request, response) =>
      response.writeHead(request.headers.host?.startsWith('localhost') ? 204 : 400).end(),
    ).listen(0, '127.0.0.1')
    await once(secure, 'listening')
    const asked: string[] = []
    const proxy = createServer()
    proxy.on('connect', (request, socket) => {
      asked.push(String(request.url))
      const { hostname, port } = new URL(`http://${request.url}`)
      const onward = connect(Number(port), hostname.replace(/[[\]]/g, ''), () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        onward.pipe(socket).pipe(onward)
      })
      onward.on('error', () => socket.destroy())
      socket.on('error', () => onward.destroy())
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const { port } = secure.address() as AddressInfo
    const sender = openSender({
      guard,
      ca: selfSigned.cert,
      proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    })
    onTestFinished(async () => {
      await sender.close()
      secure.closeAllConnections()
      secure.close()
      proxy.closeAllConnections()
      proxy.close()
    })
    expect(await sender.post({ ...message, url: `https://localhost:${port}/` }, never)).toMatchObject({
      status: 204,
    })
    expect(await sender.post({ ...message, url: `https://10.0.0.1:${port}/` }, never)).toMatchObject({
      error: 'The host has an address that webhooks may not call.',
    })
    expect(asked).toEqual([`127.0.0.1:${port}`])
  })
})
