import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { logLines } from '../support/logLines.js'
import { createOrg, invite, join, mutate } from '../support/mutate.js'
import { ask, useTestServer } from '../support/testServer.js'
import { createWebhook } from '../support/webhooks.js'

const { log, lines } = logLines()
const testServer = useTestServer({ log })

const folder = new URL('../../operations/', import.meta.url)
const read = (at: URL) =>
  readdirSync(at)
    .filter((name) => name.endsWith('.graphql'))
    .map((name) => readFileSync(new URL(name, at), 'utf8'))
const fragments = read(new URL('fragments/', folder))

/** A document with all the fragments that it needs. */
function withFragments(document: string): string {
  const used = fragments.filter((fragment) => {
    const [, name] = /fragment (\w+)/.exec(fragment) ?? []
    return document.includes(`...${name}\n`) && !document.includes(`fragment ${name} `)
  })
  return used.length === 0 ? document : withFragments([document, ...used].join('\n'))
}

it('the compiled executor runs every query of the dashboard and the docs itself, without graphql-js', async () => {
  const [owner, member] = await Promise.all([testServer.signUp(), testServer.signUp()])
  const orgId = await createOrg(owner)
  await join(owner, orgId, member, ['ADMIN'])
  await invite(owner, orgId, 'guest@guests.example')
  await mutate(owner, 'bindEmailDomain', { orgId, domain: 'fallbacks.example' })
  await mutate(owner, 'createApiToken', { orgId, name: 'one', permissions: ['ORG_READ'] })
  const webhook = await createWebhook(owner, orgId, 'https://hooks.example/', { eventTypes: ['org.renamed'] })
  const server = await testServer.startAnother()
  const queries = read(folder)
    .filter((document) => /^query /m.test(document))
    .map(withFragments)
  expect(queries.length).toBeGreaterThan(8)
  // A document is cached at its second request and compiled at its third.
  for (const query of queries)
    for (let times = 0; times < 3; times++) {
      const { errors } = await ask(server.url, owner.authorization, query, {
        orgId,
        token: 'none',
        userId: member.id,
        externalId: 'none',
        webhookId: webhook.id,
        search: 'a',
      })
      expect(errors, query).toBeUndefined()
    }
  await testServer.stop(server)
  expect(lines).toContainEqual(
    expect.objectContaining({
      compiled: queries.length,
      fallbacks: {},
      msg: 'queries of the compiled executor',
    }),
  )
})
