import { randomUUID } from 'node:crypto'
import type { Log } from '../../lib/log.js'
import { outageOf } from '../../lib/outage.js'
import { type Hints, inProcessHints } from './hints.js'
import { parseHintText } from './hintText.js'
import { outbox } from './outbox.js'
import { reconnectingClient } from './reconnectingClient.js'

export const NOTIFY_CHANNEL = 'guildhall_events'

/**
 * Hints between servers with LISTEN and NOTIFY, over two separate connections. They are not sent in the transaction of
 * the operation, because NOTIFY would make all commits of the database wait for each other. A server's own hints are
 * delivered in the process.
 *
 * @param connectionString of a direct connection, or of a pooler in session mode. LISTEN has no effect in transaction
 *   mode.
 */
export function postgresHints({ connectionString, log }: { connectionString: string; log: Log }): Hints {
  const self = randomUUID()
  const here = inProcessHints()
  const receiving = outageOf('Receiving notifications from other servers', log)
  const sending = outageOf('Sending notifications to other servers', log)

  const listener = reconnectingClient({
    connectionString,
    applicationName: 'guildhall hints: listen',
    async prepare(client) {
      client.on('notification', ({ payload }) => {
        const wake = parseHintText(payload ?? '', self)
        if (wake) here.wake(wake)
      })
      await client.query(`listen ${NOTIFY_CHANNEL}`)
    },
    onOpen(again) {
      receiving.over()
      if (again) here.wake('everything')
    },
    onLost: receiving.report,
  })
  const publisher = reconnectingClient({
    connectionString,
    applicationName: 'guildhall hints: notify',
    // The commit does not wait for the disk, because a hint need not survive a crash.
    prepare: (client) => client.query('set synchronous_commit = off'),
    onOpen: sending.over,
    onLost: sending.report,
  })
  const outgoing = outbox(
    self,
    async (text) => publisher.client?.query('select pg_notify($1, $2)', [NOTIFY_CHANNEL, text]),
    sending.report,
  )

  return {
    publish(hint) {
      here.publish(hint)
      outgoing.put(hint)
    },
    onHint: here.onHint,
    async close() {
      await outgoing.close()
      await Promise.all([listener.close(), publisher.close()])
    },
  }
}
