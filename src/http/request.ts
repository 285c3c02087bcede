import { IncomingMessage } from 'node:http'

const asksForWebSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.trim().toLowerCase() === 'websocket'

/**
 * A request for which only a WebSocket handshake counts as an upgrade. Node takes every request with
 * `Connection: Upgrade` out of the normal path as soon as somebody listens for upgrades, but a server may ignore an
 * upgrade that it doesn't offer (RFC 9110, 7.8). JDK's client asks for `h2c` with every request, and some proxies
 * pass on whatever they are sent. Node reads `upgrade` when the headers are complete, on all versions from 20 on.
 */
export class Request extends IncomingMessage {
  declare private upgradeFound: boolean | null

  get upgrade(): boolean | null {
    return this.upgradeFound && (this.method === 'CONNECT' || asksForWebSocket(this))
  }

  set upgrade(found: boolean | null) {
    this.upgradeFound = found
  }
}
