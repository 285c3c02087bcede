import { createClient } from 'graphql-ws'
import { expect, vi } from 'vitest'
import WebSocket from 'ws'
import { type Mailer, MailFailure } from '../../src/mail/mailer.js'
import { startEndpoint } from '../support/endpoint.js'
import { createOrg, invite, mutate } from '../support/mutate.js'
import { ask, type TestServer } from '../support/testServer.js'
import { createWebhook } from '../support/webhooks.js'
import { scrape } from './scrape.js'

export type Labels = Record<string, string>

/** Refuses the addresses that begin with `bounce`, and can't reach a server for those that begin with `lost`. */
export const pickyMailer = (): Mailer => ({
  async send({ to }) {
    if (to.startsWith('bounce'))
      throw new MailFailure('no such mailbox', {
        problem: 'NO_SUCH_MAILBOX',
        isFinal: true,
        isAboutUs: false,
        mayHaveArrived: false,
      })
    if (to.startsWith('lost'))
      throw new MailFailure('unreachable', {
        problem: 'UNREACHABLE',
        isFinal: false,
        isAboutUs: true,
        mayHaveArrived: false,
      })
  },
  close() {},
})

/** The settings that the workload needs. */
export const workloadSettings = { METRICS_PORT: '0', MAX_OPERATIONS_PER_SOCKET: '2', MAIL_RETRY_FOR_S: '0' }

export const newAddress = (name = 'guest') => `${name}-${crypto.randomUUID()}@new.example`

const within = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 50 })

/** Makes everything happen once that metrics tell of. */
export async function doEverything(testServer: TestServer): Promise<void> {
  const { url, server } = testServer
  const owner = await testServer.signUp()
  const orgId = await createOrg(owner)
  await owner.ask('{ viewer { id } orgs: viewer { name } }')
  await owner.ask('{ viewer { id } node(id: "x") { id } }')
  await owner.ask('{ not a document')
  await ask(url, 'Bearer a.b.c', '{ viewer { id } }')
  await ask(url, 'Bearer a.b.c', '{ viewer { id } }')
  await mutate(owner, 'acceptOrgInvite', { invite: { orgInviteId: 'T3JnSW52aXRlOng=' } })
  await fetch(`${url}/nowhere`)

  const endpoint = await startEndpoint()
  await createWebhook(owner, orgId, endpoint.url)
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: owner.authorization },
  })
  const events: unknown[] = []
  const refused: unknown[] = []
  const subscribe = () =>
    client.subscribe(
      { query: `subscription Own { orgEvents(orgId: "${orgId}") { __typename } }` },
      { next: (event) => void events.push(event), error: (error) => void refused.push(error), complete() {} },
    )
  for (let stream = 0; stream < 3; stream++) subscribe()
  await within(() => expect(refused).toHaveLength(1))
  // Once all are open, every stream gets the events.
  await within(async () => expect((await scrape(server.metricsUrl)).sum('guildhall_streams')).toBe(2))
  await invite(owner, orgId, newAddress())
  await invite(owner, orgId, newAddress('bounce'))
  await invite(owner, orgId, newAddress('lost'))
  await within(() => expect(events.length).toBeGreaterThanOrEqual(6))
  await endpoint.waitFor((received) => received.length >= 3)
  await within(async () => {
    const page = await scrape(server.metricsUrl)
    const counted = ['sent', 'failed'].map((result) =>
      page.sum('guildhall_mails_total', { kind: 'invite', result }),
    )
    expect(counted).toEqual([1, 2])
  })
  await client.dispose()
  await endpoint.close()
}
