import { expect, it } from 'vitest'
import { expectNoPolling } from '../support/polling.js'
import { commitEvents, newOrg, newPerson, range, seqs, take, untilEnd, useFixture } from './fixture.js'

const fixture = useFixture()

const permission = 'EVENT_READ'

it('one reader of a hundred that stops reading is cut off exactly at its limit, and no other reader is affected', {
  timeout: 60_000,
}, async () => {
  const server = await fixture.server({ subscriberQueue: 50 })
  const actor = await newPerson(server)
  const orgId = await newOrg(server, actor)
  const open = () => server.streams.org({ orgId, actor, permission, after: null })
  const stopped = await open()
  const others = await Promise.all(range(1, 99).map(open))
  const readOn = async (count: number) => {
    const committed = await commitEvents(server, orgId, count)
    const read = await Promise.all(others.map((stream) => take(stream, count)))
    for (const events of read) expect(seqs(events)).toEqual(range(committed - count + 1, committed))
  }

  await readOn(50)
  await readOn(1)
  expect(await untilEnd(stopped)).toEqual({ events: [], code: 'SLOW_CONSUMER' })
  for (let round = 0; round < 5; round++) await readOn(40)
  const resumed = await open()
  await resumed.return()
  for (const stream of others) await stream.return()
  await expectNoPolling()
})

it('a slow reader gets all events that wait for it, as long as they are below the limit', async () => {
  const server = await fixture.server({ subscriberQueue: 50 })
  const actor = await newPerson(server)
  const orgId = await newOrg(server, actor)
  const stream = await server.streams.org({ orgId, actor, permission, after: null })
  await commitEvents(server, orgId, 50)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(seqs(await take(stream, 50))).toEqual(range(3, 52))
  await stream.return()
})

it('a reader that catches up is never cut off, however many past events it reads', async () => {
  const server = await fixture.server({ subscriberQueue: 20 })
  const actor = await newPerson(server)
  const orgId = await newOrg(server, actor)
  await commitEvents(server, orgId, 900)
  const stream = await server.streams.org({ orgId, actor, permission, after: 0 })
  const start = await take(stream, 1)
  for (let round = 0; round < 5; round++) await commitEvents(server, orgId, 30)
  const rest = await take(stream, 902 + 150 - 1)
  expect(seqs([...start, ...rest])).toEqual(range(1, 1_052))
  await stream.return()
})
