import { IncomingMessage } from 'node:http'

const asksForWebSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.trim().toLowerCase() === 'websocket'

/**
 * A request that counts as an upgrade only if it is a WebSocket handshake. If a server listens for upgrades, Node
 * treats every request with `Connection: Upgrade` as one. But a server may ignore an upgrade that it does not offer
 * (RFC 9110, 7.8), and it should: the JDK's client asks for `h2c` with every request, and some proxies pass that on.
 * In all versions since 20, Node reads `upgrade` when the headers are complete.
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
