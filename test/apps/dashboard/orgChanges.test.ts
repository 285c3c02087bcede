import { expect, test } from 'vitest'
import { describeEvent, plainText } from '../../../apps/dashboard/src/model/text.js'
import type { OrgEvent } from '../../../apps/dashboard/src/model/types.js'
import { OrgHistoryDocument } from '../../../operations/generated/graphql.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()

// Only the server's text names the thing. If its wording changes, this fails.
test('changes of an org are told with the name of what changed', async () => {
  const owner = await testServer.signUp({ name: 'Ada' })
  const name = `Acme ${crypto.randomUUID()}`
  const orgId = await createOrg(owner, { name })
  const change = async (mutation: string, input: Record<string, unknown>, fields = '__typename') => {
    const result = await mutate(owner, mutation, input, fields)
    expect(result.__typename).toBe(`${mutation[0]?.toUpperCase()}${mutation.slice(1)}Payload`)
    return result
  }
  const domain = `${crypto.randomUUID()}.example`
  await change('updateOrg', { orgId, name: `${name} Works` })
  await change('bindEmailDomain', { orgId, domain })
  await change('updateEmailDomain', { orgId, domain, joinMode: 'REQUEST' })
  await change('unbindEmailDomain', { orgId, domain })
  const { apiToken } = await change(
    'createApiToken',
    { orgId, name: 'Seats report', permissions: ['ORG_READ'] },
    'apiToken { id }',
  )
  await change('revokeApiToken', { apiTokenId: apiToken.id })
  const { webhook } = await change(
    'createWebhook',
    { orgId, url: 'https://hooks.example/in', eventTypes: [] },
    'webhook { id }',
  )
  await change('updateWebhook', { webhookId: webhook.id, enabled: false })
  await change('deleteWebhook', { webhookId: webhook.id })

  const { data } = await owner.ask(OrgHistoryDocument.toString(), { orgId })
  const events: OrgEvent[] = data.org.events.nodes
  const told = events
    .filter((event) => event.__typename === 'OrgChangeEvent')
    .map((event) => plainText(describeEvent(event)))
  expect(told).toEqual([
    `${name} was created by Ada`,
    `The organization was renamed to ${name} Works by Ada`,
    `E-mail domain ${domain} was added by Ada`,
    `The rules for joining from ${domain} were changed by Ada`,
    `E-mail domain ${domain} was removed by Ada`,
    'API token Seats report was created by Ada',
    'API token Seats report was revoked by Ada',
    'Webhook to hooks.example was created by Ada',
    'Webhook to hooks.example was changed by Ada',
    'Webhook to hooks.example was deleted by Ada',
  ])
})
