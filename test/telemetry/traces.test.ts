import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest'
import { httpRequests, statements } from '../../src/lib/channels.js'
import { createLog } from '../../src/lib/log.js'
import { readSettings, type TraceSettings } from '../../src/settings/settings.js'
import { openTraces } from '../../src/telemetry/traces.js'
import { startEndpoint } from '../support/endpoint.js'
import { createOrg, invite } from '../support/mutate.js'
import { ask, useTestServer } from '../support/testServer.js'
import { createWebhook } from '../support/webhooks.js'
import { type ReceivedSpan, startCollector } from './collector.js'
import { newAddress, pickyMailer } from './workload.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'

const collector = await startCollector()
afterAll(() => collector.close())
const { spans } = collector
const silentLog = createLog({ level: 'silent', production: true })

describe('without OTEL_ variables', () => {
  const testServer = useTestServer()

  it('nothing listens, so nothing is measured', async () => {
    expect((await ask(testServer.url, undefined, '{ __typename }')).data).toBeTruthy()
    expect(httpRequests.isWatched).toBe(false)
    expect(statements.isWatched).toBe(false)
  })
})

describe('with OTEL_SDK_DISABLED', () => {
  const testServer = useTestServer({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' },
  })

  it('nothing listens', async () => {
    expect((await ask(testServer.url, undefined, '{ __typename }')).data).toBeTruthy()
    expect(httpRequests.isWatched).toBe(false)
  })
})

test('gRPC is refused with a sentence that says what to set', async () => {
  const settings = readSettings({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
  })
  const refused = openTraces(settings.traces as TraceSettings, { version: '1', log: silentLog })
  await expect(refused).rejects.toThrow(/gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL to http\/protobuf/)
  expect(httpRequests.isWatched).toBe(false)
})

describe.each(['executor,reads,streams', 'none'])('with a collector, and ACCELERATOR=%s', (accelerator) => {
  const testServer = useTestServer({
    env: {
      ACCELERATOR: accelerator,
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_SERVICE_NAME: 'guildhall of the tests',
    },
    mailer: pickyMailer,
  })

  beforeAll(async () => {
    spans.length = 0
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const endpoint = await startEndpoint()
    await createWebhook(owner, orgId, endpoint.url)
    const response = await fetch(`${testServer.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: owner.authorization ?? '',
        traceparent: `00-${TRACE}-${PARENT}-01`,
      },
      body: JSON.stringify({
        query: `mutation Rename { updateOrg(input: { orgId: "${orgId}", name: "Traced" }) { __typename } }`,
      }),
    })
    expect(response.status).toBe(200)
    await owner.ask(`query Sees($id: ID!) { org(id: $id) { name } }`, { id: orgId })
    await owner.ask(`query Sees($id: ID!) { org(id: $id) { name } }`, { id: orgId })
    await invite(owner, orgId, newAddress())
    await fetch(`${testServer.url}/invites/gi_secret`)
    await endpoint.waitFor((received) => received.length >= 2)
    for (const header of endpoint.received.map(({ headers }) => headers))
      expect(header).not.toHaveProperty('traceparent')
    await vi.waitFor(
      () => expect([ended('send mail'), ended('POST webhook')].flat().length).toBeGreaterThan(2),
      {
        timeout: 20_000,
        interval: 100,
      },
    )
    await testServer.stop(testServer.server)
    await endpoint.close()
  }, 60_000)

  const ended = (name: string) => spans.filter((span) => span.name === name)
  const childrenOf = ({ traceId, spanId }: ReceivedSpan) =>
    spans.filter((span) => span.traceId === traceId && span.parentSpanId === spanId)

  it('a request continues the trace of its traceparent', () => {
    const [request, ...more] = spans.filter(({ parentSpanId }) => parentSpanId === PARENT)
    expect(more).toEqual([])
    expect(request).toMatchObject({
      traceId: TRACE,
      name: 'POST /graphql',
      kind: 2,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/graphql',
        'http.response.status_code': 200,
      },
      resource: { 'service.name': 'guildhall of the tests', 'service.version': expect.any(String) },
    })
  })

  it('the operation, its transaction and its statements are parts of it', () => {
    const [request] = spans.filter(({ parentSpanId }) => parentSpanId === PARENT)
    const [operation] = childrenOf(request as ReceivedSpan).filter(({ name }) => name === 'mutation')
    expect(operation?.attributes).toEqual({
      'graphql.operation.type': 'mutation',
      'graphql.operation.name': 'Rename',
    })
    const [transaction] = childrenOf(operation as ReceivedSpan).filter(({ name }) => name === 'transaction')
    const texts = childrenOf(transaction as ReceivedSpan).map(({ attributes }) => attributes['db.query.text'])
    expect(texts).toEqual(expect.arrayContaining([expect.stringMatching(/update org/)]))
    expect(JSON.stringify(texts)).not.toContain('Traced')
  })

  it('reads are parts of their query', () => {
    const queries = ended('query').filter(({ attributes }) => attributes['graphql.operation.name'] === 'Sees')
    expect(queries).toHaveLength(2)
    for (const query of queries)
      expect(childrenOf(query).map(({ attributes }) => attributes['db.system.name'])).toContain('postgresql')
  })

  it('a job is a trace of its own, and the mail is a part of it', () => {
    const [job] = ended('job sendInviteMail')
    expect(job).not.toHaveProperty('parentSpanId', expect.any(String))
    const [mail] = ended('send mail')
    expect(mail).toMatchObject({ traceId: job?.traceId, parentSpanId: job?.spanId })
    expect(mail?.attributes).toEqual({ 'guildhall.mail.kind': 'invite' })
  })

  it('a post to a webhook is a trace of its own, without the secrets of the URL', () => {
    const [post] = ended('POST webhook')
    expect(post?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.response.status_code': 204,
      'server.address': expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      'guildhall.message.id': expect.any(String),
    })
  })

  it('no span has the path of a page or a token', () => {
    expect(ended('GET')).not.toEqual([])
    expect(JSON.stringify(spans)).not.toContain('gi_secret')
  })

  it('nothing but requests, jobs and webhooks begins a trace', () => {
    const roots = new Set(spans.filter(({ parentSpanId }) => !parentSpanId).map(({ name }) => name))
    for (const root of roots) expect(root).toMatch(/^(POST \/graphql|GET|POST webhook|job \w+)$/)
  })

  it('spans are sent to the path of OTLP', () => {
    expect([...collector.paths]).toEqual(['/v1/traces'])
  })
})
