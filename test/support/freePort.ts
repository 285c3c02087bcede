import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Linux gives ports from 32,768 on, and other systems higher ones, to whoever asks for any port. */
const LOWEST = 20_000
const BELOW = 32_768

/**
 * A port of 127.0.0.1 that nobody uses, for a program that is given its port. A server under test is killed and started
 * again on its port. Meanwhile the system could give the port to another test, so it is none of those that the system gives.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(randomInt(LOWEST, BELOW), '127.0.0.1')
    const port = await once(server, 'listening').then(
      () => portOf(server.address()),
      () => null,
    )
    if (port === null) continue
    server.close()
    await once(server, 'close')
    return port
  }
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
