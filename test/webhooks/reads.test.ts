import { beforeAll, describe, expect, it } from 'vitest'
import { createOrgWith, createToken, orgPermissions, usePeople, without } from '../support/people.js'
import { type Client, useTestServer } from '../support/testServer.js'
import { createWebhook, insertDelivery, NOWHERE, QUIET, type TestWebhook } from '../support/webhooks.js'

const testServer = useTestServer()
const people = usePeople(testServer)

describe('webhooks are read', () => {
  let orgId: string
  let webhook: TestWebhook
  let ofInstance: TestWebhook
  let delivery: string
  beforeAll(async () => {
    orgId = await createOrgWith(people)
    webhook = await createWebhook(people.owner, orgId, NOWHERE, QUIET)
    ofInstance = await createWebhook(testServer.instance, undefined, NOWHERE, QUIET)
    delivery = await insertDelivery(testServer, orgId, webhook)
  })

  const ask = async (by: Client) => {
    const { data } = await by.ask(
      `query($orgId: ID!, $id: ID!, $delivery: ID!) {
        org(id: $orgId) { webhooks { id } }
        node(id: $id) { id }
        nodes(ids: [$delivery]) { id }
      }`,
      { orgId, id: webhook.id, delivery },
    )
    const list = await by.ask('query($orgId: ID!) { webhooks(orgId: $orgId) { id url } }', { orgId })
    const all = await by.ask('{ webhooks { id } }')
    return {
      ofOrg: data?.org?.webhooks ?? null,
      node: data?.node,
      delivery: data?.nodes[0],
      list: list.errors?.[0]?.extensions.code ?? list.data.webhooks,
      instance: all.errors?.[0]?.extensions.code ?? all.data.webhooks,
    }
  }

  it('with WEBHOOK_READ', async () => {
    const token = await createToken(testServer, testServer.instance, ['WEBHOOK_READ', 'ORG_READ'], orgId)
    for (const by of [people.owner, token])
      expect(await ask(by)).toEqual({
        ofOrg: [{ id: webhook.id }],
        node: { id: webhook.id },
        delivery: { id: delivery },
        list: [{ id: webhook.id, url: NOWHERE }],
        instance: 'FORBIDDEN',
      })
    expect(await ask(testServer.instance)).toMatchObject({
      list: [{ id: webhook.id }],
      instance: [{ id: ofInstance.id }],
    })
  })

  it('by nobody else', async () => {
    const token = await createToken(
      testServer,
      testServer.instance,
      without('WEBHOOK_READ', orgPermissions),
      orgId,
    )
    for (const by of [people.admin, people.user, people.outsider, token])
      expect(await ask(by)).toEqual({
        ofOrg: null,
        node: null,
        delivery: null,
        list: 'FORBIDDEN',
        instance: 'FORBIDDEN',
      })
    expect(await ask(testServer.nobody)).toMatchObject({
      list: 'UNAUTHENTICATED',
      instance: 'UNAUTHENTICATED',
    })
  })

  it('without any secret in the database’s rows', async () => {
    const { rows } = await testServer.server.app.database.pool.query(
      'select row_to_json(webhook)::text as row from webhook',
    )
    for (const { secret } of [webhook, ofInstance])
      for (const { row } of rows) {
        expect(row).not.toContain(secret.slice(6))
        expect(row).not.toContain(Buffer.from(secret.slice(6), 'base64').toString('hex'))
      }
  })
})
