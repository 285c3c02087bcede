import sql from 'sql-template-tag'
import { expect, it } from 'vitest'
import { type OrgEventRow, orgEventColumns } from '../../src/domain/core/orgEvent.js'
import { decodeId } from '../../src/graphql/globalId.js'
import { webhookBodies } from '../../src/graphql/webhookBodies.js'
import { ownExecute } from '../../src/start/ownExecute.js'
import { newAsker, newRequest } from '../support/joinRequests.js'
import { logLines } from '../support/logLines.js'
import { createOrg, invite, join, mutate } from '../support/mutate.js'
import { useTestServer } from '../support/testServer.js'

const testServer = useTestServer()

it('the compiled executor writes the same bodies of webhooks’ messages as GraphQL’s, byte by byte', async () => {
  const [owner, member] = await Promise.all([testServer.signUp(), testServer.signUp()])
  const orgId = await createOrg(owner)
  await invite(owner, orgId, 'guest@guests.example')
  await join(owner, orgId, member, ['USER'])
  await mutate(owner, 'removeOrgUser', { orgId, userId: member.id })
  await mutate(owner, 'createApiToken', { orgId, name: 'one', permissions: ['ORG_READ'] })
  await newRequest(await newAsker(testServer, orgId), orgId)
  const { app } = testServer.server
  const events = await app.database.query<OrgEventRow>(
    sql`select ${orgEventColumns} from org_event where org_id = ${decodeId('Org', orgId)} order by seq`,
  )
  expect(new Set(events.map(({ kind }) => kind))).toEqual(
    new Set(['CHANGE', 'INVITE', 'USER', 'JOIN_REQUEST']),
  )

  const { log, lines } = logLines()
  const [plain, compiled] = [ownExecute([], log), ownExecute(['executor'], log)]
  for (const reader of ['org', 'instance'] as const) {
    const bodies = await webhookBodies(app, compiled)(events, reader)
    expect(bodies).toEqual(await webhookBodies(app, plain)(events, reader))
    expect(bodies.join()).toContain('guest@guests.example')
  }
  // It would say that it was not the compiled functions that wrote them.
  expect(lines).toEqual([])
})
