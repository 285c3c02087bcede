import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { decodeId } from '../../src/graphql/globalId.js'
import { startPostgresNode } from '../support/postgresNode.js'
import { ask, authorize, JWT_SECRET } from '../support/testServer.js'
import { type FaultyProxy, startFaultyProxy } from './faultyProxy.js'
import {
  type Account,
  type Fault,
  isLong,
  LASTS_MS,
  type Target,
  tableOf,
  throughFault,
  WITHIN_MS,
} from './load.js'
import { productionEnv, withinTheRules } from './rules.js'
import { openServer, queryPatiently, ready, type Server } from './serverProcesses.js'
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from './smallDisk.js'

const noSmallDisk = whyNoSmallDisk()
/** Longer than the longest wait of a request. */
const LONGER_THAN_A_REQUEST_MS = isLong ? 15_000 : 6_000
const PASSWORD = 'the password of the servers'

const sorted = (texts: string[]) => texts.toSorted()

describe('while PostgreSQL fails', () => {
  let node: Awaited<ReturnType<typeof startPostgresNode>>
  let disk: SmallDisk | undefined
  let proxy: FaultyProxy
  let url: string
  const servers: Array<Server & { stop(): Promise<void> }> = []
  let authorization: string
  const accounts: Account[] = []

  const admin = (statement: string) => queryPatiently(node.url, statement)
  const query: Target['query'] = (text, values) => queryPatiently(url, text, values)
  /** Ends the sessions of the servers, because most settings only matter to new ones. */
  const endSessions = () =>
    admin(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'service'`)

  beforeAll(async () => {
    node = await startPostgresNode()
    // Limits don't apply to a superuser, so the servers have a role of their own.
    await admin(`create role service login password '${PASSWORD}'`)
    if (!noSmallDisk && node.account) {
      disk = await mountSmallDisk(isLong ? 512 : 96, node.account)
      await admin(`create tablespace small location '${disk.path}'`)
    }
    await admin(`create database service owner service ${disk ? 'tablespace small' : ''}`)
    const asSuperuser = new URL(node.url)
    asSuperuser.pathname = '/service'
    url = asSuperuser.href
    const asService = new URL(url)
    asService.username = 'service'
    asService.password = encodeURIComponent(PASSWORD)
    proxy = await startFaultyProxy(asService.href)
    const env = { ...productionEnv, AUTH_JWT_SECRET: JWT_SECRET, DATABASE_URL: proxy.url }
    // One after the other, because the first creates the tables.
    for (let n = 0; n < 2; n++) servers.push(await openServer(env))
    authorization = await authorize({ subject: 'faults|owner', email: 'owner@faults.example' })
  }, 240_000)
  afterAll(async () => {
    console.info(`times in ms\n${tableOf(accounts)}`)
    await Promise.all(servers.map((server) => server.stop()))
    await proxy?.close()
    await node?.close()
    await disk?.close()
  }, 60_000)

  const faults: Array<Fault & { ready?: 200 | 'any'; fails?: false }> = [
    {
      name: 'PostgreSQL restarts',
      async begin() {
        await node.stop()
        return () => node.start()
      },
      lastsMs: 500,
    },
    {
      name: 'PostgreSQL crashes',
      async begin() {
        await node.stop('immediately')
        return () => node.start()
      },
      lastsMs: 0,
      // It may work again before anybody has asked.
      ready: 'any',
    },
    {
      name: 'PostgreSQL is frozen',
      skip: process.platform === 'linux' ? undefined : 'only Linux lists the processes of PostgreSQL',
      begin: () => node.freeze(),
      lastsMs: LONGER_THAN_A_REQUEST_MS,
    },
    {
      name: 'a firewall forgets all sessions',
      async begin() {
        proxy.forget()
        return () => {}
      },
      lastsMs: 0,
    },
    {
      name: 'the network needs 200 ms each way',
      async begin() {
        proxy.delayBy(200)
        return () => proxy.delayBy(0)
      },
      ready: 200,
      fails: false,
      fewClients: true,
    },
    {
      name: 'all sessions are cut while the network needs 200 ms each way',
      async begin() {
        proxy.delayBy(200)
        proxy.cut()
        return () => {}
      },
      // The network stays as slow.
      afterwards: () => proxy.delayBy(0),
      lastsMs: 0,
      fewClients: true,
      // A request opens up to two connections, with five round trips each, before it does its own work.
      normalWithinMs: 10_000,
    },
    {
      name: 'the role has too few connections',
      async begin() {
        // So that one server has none at all, whichever is the first.
        await admin('alter role service connection limit 1')
        await endSessions()
        return () => admin('alter role service connection limit -1')
      },
    },
    {
      name: 'the disk is full',
      skip: noSmallDisk,
      async begin() {
        await disk?.fill()
        return () => disk?.clear()
      },
      ready: 200,
    },
    {
      name: 'the password was changed',
      async begin() {
        await admin(`alter role service password 'another'`)
        await endSessions()
        return () => admin(`alter role service password '${PASSWORD}'`)
      },
    },
    {
      name: 'PostgreSQL is read-only',
      async begin() {
        await admin('alter database service set default_transaction_read_only = on')
        await endSessions()
        return () => admin('alter database service reset default_transaction_read_only')
      },
    },
    {
      name: 'every third COMMIT is cut',
      async begin() {
        let commits = 0
        proxy.cutAtCommit(() => (++commits % 3 > 0 ? undefined : commits % 2 ? 'before' : 'after'))
        return () => proxy.cutAtCommit(undefined)
      },
      ready: 200,
    },
  ]
  for (const { ready: readiness = 503, fails = true, ...fault } of faults) {
    const within = `${(fault.normalWithinMs ?? WITHIN_MS) / 1_000} s`
    const title = `${fault.name}: no write is lost or done twice, and all works again within ${within}`
    it.skipIf(fault.skip)(
      fault.skip ? `${title} (skipped: ${fault.skip})` : title,
      async () => {
        const account = await throughFault({ servers, authorization, query }, fault)
        accounts.push(account)
        withinTheRules(account, fault)
        expect(Object.keys(account.failed)).toEqual(fails ? ['503 UNAVAILABLE'] : [])
        if (readiness !== 'any') expect(account.unreadyMs === undefined ? 200 : 503).toBe(readiness)
        expect(account.slowestAfterMs).toBeLessThan(WITHIN_MS + account.busyMs)
      },
      (fault.lastsMs ?? LASTS_MS) + 60_000,
    )
  }

  it('idle sessions that the network has forgotten are replaced before a request needs them', async () => {
    const { url } = servers[0] ?? { url: '' }
    // Each signs up: writes of one user or one org would wait for each other, and share a session.
    const signUp = async (subject: string) =>
      ask(url, await authorize({ subject, email: `${subject}@forgotten.example` }), '{ viewer { id } }')
    const many = (who: string) => Promise.all(Array.from({ length: 20 }, (_, n) => signUp(`${who}${n}`)))
    await many('before')
    proxy.hang(true)
    proxy.forget()
    await delay(3_000)
    proxy.hang(false)
    await ready(url)
    await delay(1_000)
    const from = performance.now()
    const answers = await many('after')
    const tookMs = performance.now() - from
    console.info(`${answers.length} sign-ups after forgotten sessions took ${Math.round(tookMs)} ms`)
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([])
    expect(tookMs).toBeLessThan(2_500)
  }, 60_000)

  it('the log has one line for the beginning of each outage and one for its end', async () => {
    const counts = (words: RegExp) =>
      servers.map(({ log }) =>
        log.filter(({ msg }) => words.test(msg)).map(({ msg }) => msg.replace(words, '')),
      )
    await vi.waitFor(
      () => expect(counts(/ works again$/).map(sorted)).toEqual(counts(/ failed; retrying .*/).map(sorted)),
      { timeout: 15_000, interval: 200 },
    )
    for (const messages of counts(/ works again$/)) expect(messages).toContain('the database')
  })

  describe('a mutation whose answer is lost with its connection', () => {
    const INVITE_LINK = `mutation($orgId: ID!, $key: String) {
      createOrgInviteLink(input: { orgId: $orgId, idempotencyKey: $key }) {
        ... on CreateOrgInviteLinkPayload { orgInviteLink { id } url } } }`
    const askFirst = (document: string, variables: object = {}) =>
      ask(servers[0]?.url ?? '', authorization, document, { ...variables })
    let orgs = 0
    const newOrg = async () => {
      const { data } = await askFirst(
        `mutation { createOrg(input: { name: "Links ${++orgs}" }) { ... on CreateOrgPayload { org { id } } } }`,
      )
      return data.createOrg.org.id as string
    }
    const linksOf = async (orgId: string) => {
      const { data } = await askFirst(
        'query($orgId: ID!) { org(id: $orgId) { inviteLinks { nodes { id } } } }',
        { orgId },
      )
      return data.org.inviteLinks.nodes.map(({ id }: { id: string }) => id) as string[]
    }
    /** Cuts the next transaction that concerns the org. */
    const cutNext = (orgId: string, where: 'before' | 'after') => {
      const uuid = decodeId('Org', orgId) ?? ''
      proxy.cutAtCommit((transaction) => {
        if (!transaction.includes(uuid)) return undefined
        proxy.cutAtCommit(undefined)
        return where
      })
    }

    it.each([
      { where: 'before', links: 0 },
      { where: 'after', links: 1 },
    ] as const)(
      'is UNAVAILABLE, and its repetition with the same idempotency key does it once: cut $where COMMIT',
      async ({ where, links }) => {
        const orgId = await newOrg()
        const key = crypto.randomUUID()
        cutNext(orgId, where)
        const first = await askFirst(INVITE_LINK, { orgId, key })
        expect(first.errors?.[0]?.extensions.code).toBe('UNAVAILABLE')
        const made = await linksOf(orgId)
        expect(made).toHaveLength(links)
        const again = await askFirst(INVITE_LINK, { orgId, key })
        const { orgInviteLink, url } = again.data.createOrgInviteLink
        expect(await linksOf(orgId)).toEqual([orgInviteLink.id])
        if (links) expect([made[0], url]).toEqual([orgInviteLink.id, null])
      },
    )

    it('is done twice if it is repeated without an idempotency key after COMMIT had arrived', async () => {
      const orgId = await newOrg()
      cutNext(orgId, 'after')
      expect((await askFirst(INVITE_LINK, { orgId })).errors?.[0]?.extensions.code).toBe('UNAVAILABLE')
      expect((await askFirst(INVITE_LINK, { orgId })).errors).toBeUndefined()
      expect(await linksOf(orgId)).toHaveLength(2)
    })
  })
})
