import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { vi } from 'vitest'
import { selfSigned } from './selfSigned.js'

/** A message as an endpoint received it. */
export interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: string
  /** The body, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into messages, and a wrong path fails them
  message: any
  id: string
  at: number
}

/** How an endpoint answers a message. */
export interface Reply {
  status?: number
  headers?: Record<string, string>
  body?: string
  afterMs?: number
  /** Never answers. */
  hangs?: boolean
}

export interface Endpoint {
  readonly url: string
  readonly port: number
  /** All messages, in the order in which they came. */
  readonly received: Received[]
  /** The most messages that were answered at the same time. */
  readonly mostAtOnce: number
  /** The most messages of one webhook and org that were answered at the same time. */
  readonly mostAtOnceOfPlace: number
  /** Decides how each message is answered. By default 204. */
  reply(how: (message: Received) => Reply | undefined): void
  /** The numbers of the events received, without pings. */
  seqs(): number[]
  types(): string[]
  waitFor(check: (received: Received[]) => boolean, ms?: number): Promise<void>
  close(): Promise<void>
}

/** An endpoint on loopback that records what is posted to it. */
export async function startEndpoint({ tls = false, port = 0 } = {}): Promise<Endpoint> {
  const received: Received[] = []
  let how: (message: Received) => Reply | undefined = () => undefined
  let atOnce = 0
  let mostAtOnce = 0
  const places = new Map<string, number>()
  let mostAtOnceOfPlace = 0
  const listener: RequestListener = async (request, response) => {
    atOnce += 1
    mostAtOnce = Math.max(mostAtOnce, atOnce)
    response.on('close', () => {
      atOnce -= 1
    })
    const body = await text(request).catch(() => '')
    const one: Received = {
      path: request.url ?? '',
      headers: request.headers,
      body,
      message: body === '' ? null : JSON.parse(body),
      id: String(request.headers['webhook-id']),
      at: Date.now(),
    }
    received.push(one)
    const place = `${one.path} ${one.message?.data?.orgId}`
    places.set(place, (places.get(place) ?? 0) + 1)
    mostAtOnceOfPlace = Math.max(mostAtOnceOfPlace, places.get(place) ?? 0)
    response.on('close', () => places.set(place, (places.get(place) ?? 0) - 1))
    const { status = 204, headers = {}, body: answer = '', afterMs = 0, hangs = false } = how(one) ?? {}
    if (hangs) return
    if (afterMs > 0) await delay(afterMs)
    response.writeHead(status, headers).end(answer)
  }
  const server = tls ? createTlsServer(selfSigned, listener) : createServer(listener)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const own = (server.address() as AddressInfo).port
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${own}/hook`,
    port: own,
    received,
    get mostAtOnce() {
      return mostAtOnce
    },
    get mostAtOnceOfPlace() {
      return mostAtOnceOfPlace
    },
    reply(next) {
      how = next
    },
    seqs: () => received.flatMap(({ message }) => message?.data?.seq ?? []),
    types: () => received.map(({ message }) => message?.type),
    waitFor: (check, ms = 10_000) =>
      vi.waitFor(
        () => {
          if (!check(received))
            throw new Error(
              `received ${JSON.stringify(received.map(({ message }) => [message?.type, message?.data?.seq]))}`,
            )
        },
        { timeout: ms, interval: 20 },
      ),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
