import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MembershipMirror, membershipMirror } from '../../../packages/node/src/index.js'
import { type FaultyProxy, startFaultyProxy } from '../../faults/faultyProxy.js'
import { type ServerProcesses, startServerProcesses } from '../../faults/serverProcesses.js'
import { freePort } from '../../support/freePort.js'
import { type Haproxy, startHaproxy, whyNoHaproxy } from '../../support/haproxy.js'
import { mutate } from '../../support/mutate.js'
import { newSeed, seededRandom } from '../../support/random.js'
import { ask, INSTANCE_TOKEN } from '../../support/testServer.js'
import { differences } from './differences.js'
import { startMembershipWriters, type Writers } from './membershipWriters.js'

/** `npm run test:faults` sets this for the long run. */
const isLong = process.env.FAULTS === 'long'
const KILLS = isLong ? 30 : 4
const CUTS = isLong ? 10 : 2
const FORGOTTEN = isLong ? 4 : 1
const MIRRORS = 2
const CAUGHT_UP_WITHIN_MS = 60_000

describe.skipIf(whyNoHaproxy())('a mirror whose servers are killed and whose connections are cut', () => {
  let processes: ServerProcesses
  let balancer: Haproxy
  let network: FaultyProxy
  beforeAll(async () => {
    processes = await startServerProcesses(2)
    const ports = { own: await freePort(), stats: await freePort() }
    balancer = await startHaproxy(
      ports,
      processes.servers.map(({ url }) => url),
    )
    await balancer.allUp()
    network = await startFaultyProxy(balancer.url)
  }, 120_000)
  afterAll(async () => {
    await network.close()
    await balancer.stop()
    await processes.close()
  }, 60_000)

  it('answers like the database after each fault', { timeout: 1_200_000 }, async () => {
    const seed = newSeed()
    const random = seededRandom(seed)
    const writers: Writers = await startMembershipWriters(processes.servers, random, {
      writers: 4,
      people: 30,
      orgs: 12,
    })
    const errors: unknown[] = []
    const mirrors: MembershipMirror[] = Array.from({ length: MIRRORS }, () =>
      membershipMirror({
        url: `${network.url.replace(/\/$/, '')}/graphql`,
        token: INSTANCE_TOKEN,
        orgs: 'all',
        maxStalenessMs: 120_000,
        onError: (error) => errors.push(error),
      }),
    )
    await Promise.all(mirrors.map((mirror) => mirror.ready()))

    const ages: number[] = []
    const sampling = setInterval(() => ages.push(...mirrors.map((mirror) => mirror.behindMs())), 50)
    const faults: [string, () => Promise<unknown> | unknown][] = [
      ...Array.from({ length: KILLS }, (_, n): [string, () => Promise<unknown> | unknown] => [
        'kill',
        () => processes.servers[n % 2]?.killAndRestart(),
      ]),
      ...Array.from({ length: CUTS }, (): [string, () => void] => ['cut', () => network.cut()]),
      ...Array.from({ length: FORGOTTEN }, (): [string, () => void] => ['forget', () => network.forget()]),
    ]
    const compared: { fault: string; differences: string[]; caughtUpMs: number }[] = []
    for (const [fault, act] of faults.toSorted(() => random.below(3) - 1)) {
      await delay(300 + random.below(700))
      await act()
      await delay(random.below(500))
      await writers.pause()
      const start = performance.now()
      await Promise.all(mirrors.map((mirror) => mirror.caughtUp(CAUGHT_UP_WITHIN_MS)))
      const caughtUpMs = performance.now() - start
      for (const mirror of mirrors)
        compared.push({ fault, caughtUpMs, differences: await differences(mirror, processes.query) })
      writers.resume()
    }
    await writers.pause()
    clearInterval(sampling)

    ages.sort((one, other) => one - other)
    const quantile = (q: number) => Math.round(ages[Math.floor(ages.length * q)] ?? 0)
    const slowest = Math.round(Math.max(...compared.map(({ caughtUpMs }) => caughtUpMs)))
    const { members, orgs } = mirrors[0]?.size() ?? { members: 0, orgs: 0 }
    const [events] = await processes.query<{ count: string }>('select count(*) from org_event')
    console.info(
      `seed ${seed}; ${faults.length} faults (${KILLS} kills, ${CUTS} cuts, ${FORGOTTEN} forgotten connections), ` +
        `${writers.done()} mutations, ${events?.count} events, ${members} members of ${orgs} orgs, ` +
        `${compared.length} comparisons; staleness p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, ` +
        `max ${quantile(0.99999)} ms; caught up within ${slowest} ms`,
    )
    expect(compared.flatMap((one) => one.differences)).toEqual([])
    expect(compared.length).toBe(faults.length * MIRRORS)
    expect(writers.done()).toBeGreaterThan(faults.length * 10)
    // What it mends by itself is not reported.
    expect(errors).toEqual([])

    const [gone = ''] = writers.orgs
    const authorization = `Bearer ${INSTANCE_TOKEN}`
    const url = processes.servers[0]?.url ?? ''
    const client = {
      authorization,
      ask: (...question: [string, object?]) => ask(url, authorization, ...(question as [string])),
    }
    await mutate(client, 'deleteOrg', { orgId: gone })
    const end = Date.now() + 30_000
    while (mirrors.some((mirror) => mirror.size().orgs === orgs) && Date.now() < end) await delay(100)
    for (const mirror of mirrors) {
      expect(await differences(mirror, processes.query)).toEqual([])
      await mirror.close()
    }
  })
})
