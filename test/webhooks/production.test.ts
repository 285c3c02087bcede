import { beforeAll, describe, expect, it, vi } from 'vitest'
import { forgetDeliveries } from '../../src/domain/webhooks/undelivered.js'
import { decodeId } from '../../src/graphql/globalId.js'
import { startEndpoint } from '../support/endpoint.js'
import { createOrg, invite } from '../support/mutate.js'
import { usePeople } from '../support/people.js'
import { ask, useTestServer } from '../support/testServer.js'
import { createWebhook, NOWHERE, QUIET, readWebhook } from '../support/webhooks.js'

const KEY = { KEY_ENCRYPTION_SECRET: 'a secret of the tests, of 32 bytes or more' }

const testServer = useTestServer({ env: KEY })
const people = usePeople(testServer)
let orgId: string
beforeAll(async () => {
  orgId = await createOrg(people.owner)
})

const PRODUCTION = { NODE_ENV: 'production', APP_URL: 'https://app.example' }
const create = async (env: Record<string, string>, url: string) => {
  const server = await testServer.startAnother({ env })
  try {
    return await ask(
      server.url,
      people.owner.authorization,
      `mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { __typename } }`,
      { input: { orgId, url, ...QUIET } },
    )
  } finally {
    await testServer.stop(server)
  }
}

describe('in production', () => {
  it('no webhook can be created without KEY_ENCRYPTION_SECRET', async () => {
    const { errors } = await create({ ...PRODUCTION, KEY_ENCRYPTION_SECRET: '' }, 'https://93.184.215.14/')
    expect(errors).toMatchObject([
      { extensions: { code: 'UNAVAILABLE' }, message: expect.stringContaining('KEY_ENCRYPTION_SECRET') },
    ])
  })

  it.each([
    ['https://93.184.215.14/', 'CreateWebhookPayload'],
    ['http://93.184.215.14/', 'InvalidInputError'],
    [NOWHERE, 'InvalidInputError'],
    ['http://localhost:3000/', 'InvalidInputError'],
    ['https://[::1]/', 'InvalidInputError'],
  ])('a webhook to %s is %s', async (url, answer) => {
    const { data } = await create(PRODUCTION, url)
    expect(data.createWebhook.__typename).toBe(answer)
  })
})

describe('webhooks', () => {
  it('wait for nobody: an endpoint that does not answer delays no other webhook and no other org', async () => {
    const [slow, fast] = [await startEndpoint(), await startEndpoint()]
    try {
      slow.reply(() => ({ hangs: true }))
      for (let made = 0; made < 3; made++) await createWebhook(people.owner, orgId, slow.url)
      await createWebhook(people.owner, orgId, fast.url)
      const other = await createOrg(people.owner)
      await createWebhook(people.owner, other, fast.url)
      for (let made = 0; made < 5; made++)
        for (const id of [orgId, other]) await invite(people.owner, id, `${crypto.randomUUID()}@new.example`)
      await fast.waitFor((received) => received.length >= 10, 5_000)
    } finally {
      await slow.close()
      await fast.close()
    }
  })

  it('forget their deliveries after 30 days', async () => {
    const endpoint = await startEndpoint()
    try {
      const ofOrg = await createOrg(people.owner)
      const webhook = await createWebhook(people.owner, ofOrg, endpoint.url)
      await invite(people.owner, ofOrg, `${crypto.randomUUID()}@new.example`)
      const count = async () => (await readWebhook(people.owner, webhook)).deliveries.nodes.length
      await vi.waitFor(async () => expect(await count()).toBe(1), { timeout: 10_000 })
      const { database } = testServer.server.app
      const days = (number: number) => new Date(Date.now() + number * 24 * 60 * 60 * 1000)
      await forgetDeliveries(database, days(29))
      expect(await count()).toBe(1)
      await forgetDeliveries(database, days(31))
      expect(await count()).toBe(0)
      const { rows } = await database.pool.query('select seq from webhook_place where org_id = $1', [
        decodeId('Org', ofOrg),
      ])
      expect(rows).toEqual([{ seq: 4 }])
    } finally {
      await endpoint.close()
    }
  })
})
