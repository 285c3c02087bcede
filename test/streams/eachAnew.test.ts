import { createClient } from 'graphql-ws'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { createOrg, invite, join, mutate } from '../support/mutate.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'

describe('an event of a subscription', () => {
  const testServer = useTestServer()

  /** Subscribes to an org's events over a WebSocket. Returns one event at a time. */
  async function watch(person: TestPerson, orgId: string, selection: string) {
    const { data } = await person.ask('query($id: ID!) { org(id: $id) { eventCursor } }', { id: orgId })
    const client = createClient({
      url: testServer.url.replace('http', 'ws').concat('/graphql'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: person.authorization },
      retryAttempts: 0,
    })
    onTestFinished(() => client.dispose())
    const events = client.iterate<{ orgEvents: Record<string, unknown> }>({
      query: `subscription($orgId: ID!, $after: String) { orgEvents(orgId: $orgId, after: $after) { ${selection} } }`,
      variables: { orgId, after: data.org.eventCursor },
    })
    return async () => (await events.next()).value?.data?.orgEvents
  }

  test('shows the invite as it is now, not as it was at an earlier event', async () => {
    const owner = await testServer.signUp()
    const invited = await testServer.signUp()
    const orgId = await createOrg(owner)
    const next = await watch(
      owner,
      orgId,
      '... on OrgInviteEvent { inviteEventType orgInvite { status viewerCanRevoke } }',
    )
    const orgInviteId = await invite(owner, orgId, invited.email)
    expect(await next()).toEqual({
      inviteEventType: 'CREATED',
      orgInvite: { status: 'PENDING', viewerCanRevoke: true },
    })
    await mutate(invited, 'acceptOrgInvite', { invite: { orgInviteId } })
    expect(await next()).toEqual({
      inviteEventType: 'ACCEPTED',
      orgInvite: { status: 'ACCEPTED', viewerCanRevoke: false },
    })
  })

  test('shows the org and the viewer’s rights as they are now', async () => {
    const owner = await testServer.signUp()
    const admin = await testServer.signUp()
    const orgId = await createOrg(owner)
    await join(owner, orgId, admin, ['USER', 'ADMIN'])
    const next = await watch(admin, orgId, 'org { name viewerAssignableRoles }')
    await mutate(owner, 'updateOrg', { orgId, name: `Renamed ${orgId.slice(0, 60)}` })
    expect(await next()).toMatchObject({ org: { viewerAssignableRoles: ['USER', 'ADMIN'] } })
    await mutate(owner, 'updateOrgUserRoles', { orgId, userId: admin.id, add: ['OWNER'] })
    expect(await next()).toMatchObject({ org: { viewerAssignableRoles: ['USER', 'ADMIN', 'OWNER'] } })
  })
})
