import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ownUrl } from '../http/ownUrl.js'
import type { Log } from '../lib/log.js'
import { StartError } from '../lib/startError.js'

export interface MetricsPage {
  url: string
  close(): Promise<void>
}

/** Each gets one page. More would let somebody who only reads the metrics keep the API from answering. */
const MAX_CONNECTIONS = 20
/** How long a connection may be idle, also if its client does not read. */
const WITHIN_MS = 10_000

/**
 * Serves `/metrics` on a port of its own, so that no client of the API can read it.
 * @param read writes the page, in Prometheus' text format
 * @throws {StartError} if the address is in use or does not belong to this machine
 */
export async function serveMetrics({
  port,
  host,
  contentType,
  read,
  log,
}: {
  port: number
  host: string
  contentType: string
  read: () => Promise<string>
  log: Pick<Log, 'error'>
}): Promise<MetricsPage> {
  /** Those who ask at the same time get the same page. */
  let reading: Promise<string> | undefined
  const page = () =>
    (reading ??= read().finally(() => {
      reading = undefined
    }))
  const server = createServer(async ({ url = '', method }, res) => {
    if (url.split('?', 1)[0] !== '/metrics') return void res.writeHead(404).end()
    if (method !== 'GET' && method !== 'HEAD') return void res.writeHead(405, { allow: 'GET, HEAD' }).end()
    try {
      const text = await page()
      res.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' })
      res.end(method === 'HEAD' ? undefined : text)
    } catch (error) {
      log.error({ err: error }, 'the metrics could not be read')
      res.writeHead(500).end()
    }
  })
  server.maxConnections = MAX_CONNECTIONS
  server.maxRequestsPerSocket = 1
  server.requestTimeout = server.headersTimeout = WITHIN_MS
  server.setTimeout(WITHIN_MS)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new StartError(`can’t listen on METRICS_HOST and METRICS_PORT: ${error.message}`)),
    )
    server.listen({ port, host }, resolve)
  })
  server.on('error', (error) => log.error({ err: error }, 'the page of metrics failed'))
  const { address, port: own } = server.address() as AddressInfo
  return {
    url: `${ownUrl(address, own)}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
