import { randomUUID } from 'node:crypto'
import type { Log } from '../../lib/log.js'
import { outageOf } from '../../lib/outage.js'
import { type Hints, inProcessHints } from './hints.js'
import { parseHintText } from './hintText.js'
import { outbox } from './outbox.js'
import { steadyConnection } from './steadyConnection.js'

const CHANNEL = 'guildhall_events'

/**
 * Hints between servers by LISTEN and NOTIFY: on two connections of their own, never in an operation's
 * transaction, where NOTIFY would make all commits of the database wait for each other. Own hints go the short
 * way at once.
 *
 * @param connectionString of a direct connection or a pool by session: a pool by transaction forgets LISTEN
 */
export function postgresHints({ connectionString, log }: { connectionString: string; log: Log }): Hints {
  const self = randomUUID()
  const here = inProcessHints()
  const hearing = outageOf('Hearing of events from other servers', log)
  const telling = outageOf('Telling other servers of events', log)

  const listener = steadyConnection({
    connectionString,
    applicationName: 'guildhall hints: listen',
    async prepare(client) {
      client.on('notification', ({ payload }) => {
        const wake = parseHintText(payload ?? '', self)
        if (wake) here.wake(wake)
      })
      await client.query(`listen ${CHANNEL}`)
    },
    onOpen(again) {
      hearing.over()
      if (again) here.wake('everything')
    },
    onLost: hearing.report,
  })
  const speaker = steadyConnection({
    connectionString,
    applicationName: 'guildhall hints: notify',
    // A hint need not survive a crash, so its commit waits for no disk.
    prepare: (client) => client.query('set synchronous_commit = off'),
    onOpen: telling.over,
    onLost: telling.report,
  })
  const outgoing = outbox(
    self,
    async (text) => speaker.client?.query('select pg_notify($1, $2)', [CHANNEL, text]),
    telling.report,
  )

  return {
    publish(hint) {
      here.publish(hint)
      outgoing.put(hint)
    },
    onHint: here.onHint,
    async close() {
      await outgoing.close()
      await Promise.all([listener.close(), speaker.close()])
    },
  }
}
