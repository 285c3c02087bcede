import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** A span as OTLP's JSON has it. */
export interface ReceivedSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: Record<string, unknown>
  /** 2: error. */
  status: { code?: number; message?: string }
  resource: Record<string, unknown>
}

interface Attribute {
  key: string
  value: { stringValue?: string; intValue?: number | string; arrayValue?: { values: Attribute['value'][] } }
}

const plain = ({ stringValue, intValue, arrayValue }: Attribute['value']): unknown =>
  stringValue ?? (intValue === undefined ? arrayValue?.values.map(plain) : Number(intValue))

const attributesOf = (attributes: Attribute[] = []) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]))

/** A collector of OpenTelemetry that takes OTLP over HTTP, as JSON. */
export async function startCollector() {
  const spans: ReceivedSpan[] = []
  const paths = new Set<string>()
  const server = createServer(async (req, res) => {
    paths.add(req.url ?? '')
    const { resourceSpans = [] } = (await json(req)) as {
      // biome-ignore lint/suspicious/noExplicitAny: OTLP's JSON, of which the test reads a few fields
      resourceSpans?: any[]
    }
    for (const { resource, scopeSpans } of resourceSpans)
      for (const scope of scopeSpans)
        for (const span of scope.spans)
          spans.push({
            ...span,
            attributes: attributesOf(span.attributes),
            resource: attributesOf(resource.attributes),
          })
    res.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    paths,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
