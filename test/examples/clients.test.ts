import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Client as GraphqlWsClient } from 'graphql-ws'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { apolloClient } from '../../examples/clients/apollo.js'
import type { Connection } from '../../examples/clients/endpoints.js'
import { graphcache } from '../../examples/clients/graphcache.js'
import invitationMutation from '../../examples/clients/relay/__generated__/documentsInviteMutation.graphql.js'
import members from '../../examples/clients/relay/__generated__/documentsMembers_org.graphql.js'
import pageQuery from '../../examples/clients/relay/__generated__/documentsMembersPaginationQuery.graphql.js'
import eventsSubscription from '../../examples/clients/relay/__generated__/documentsOrgEventsSubscription.graphql.js'
import screenQuery from '../../examples/clients/relay/__generated__/documentsOrgScreenQuery.graphql.js'
import { relayEnvironment } from '../../examples/clients/relay/environment.js'
import {
  commitMutation,
  createOperationDescriptor,
  fetchQuery,
  type GraphQLTaggedNode,
  getRequest,
  getSelector,
  requestSubscription,
} from '../../examples/clients/relay/runtime.js'
import { urqlClient } from '../../examples/clients/urql.js'
import { forGraphQLWsLink } from '../../packages/client/src/apollo.js'
import {
  InviteSomeoneDocument,
  OrgDashboardDocument,
  OrgGlanceDocument,
  WatchOrgDocument,
} from '../../packages/client/src/operations/index.js'
import { resumingEventStream } from '../../packages/client/src/sse.js'
import { createOrg, invite, join, mutate } from '../support/mutate.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'

/** What each client library's example must do, with that library's API. */
interface Wiring {
  socket: GraphqlWsClient
  /** Returns the cursor of the org's newest event. */
  read(orgId: string): Promise<string>
  /** Calls back with each event's sequence number. Returns a function that unsubscribes. */
  watch(orgId: string, after: string, onSeq: (seq: number) => void): () => void
  /** Returns the type of the result. */
  invite(orgId: string, email: string): Promise<string>
  close(): void
}

function wireUrql(connection: Connection, cache?: Parameters<typeof urqlClient>[1]): Wiring {
  const { client, socket } = urqlClient(connection, cache)
  return {
    socket,
    async read(orgId) {
      const { data } = await client.query(OrgDashboardDocument, { orgId })
      return data?.org?.eventCursor ?? ''
    },
    watch: (orgId, after, onSeq) =>
      client.subscription(WatchOrgDocument, { orgId, after }).subscribe(({ data }) => {
        if (data) onSeq(data.orgEvents.seq)
      }).unsubscribe,
    async invite(orgId, email) {
      const input = { orgId, invitee: { email } }
      const { data } = await client.mutation(InviteSomeoneDocument, { input })
      return data?.createOrgInvite.__typename ?? ''
    },
    close: () => void socket.dispose(),
  }
}

function wireApollo(connection: Connection, given?: GraphqlWsClient): Wiring {
  const { client, socket } = apolloClient(connection, given)
  return {
    socket,
    async read(orgId) {
      const { data } = await client.query({ query: OrgDashboardDocument, variables: { orgId } })
      return data?.org?.eventCursor ?? ''
    },
    watch(orgId, after, onSeq) {
      const query = WatchOrgDocument
      const events = client.subscribe({ query, variables: { orgId, after } })
      const subscription = events.subscribe(({ data }) => {
        if (data) onSeq(data.orgEvents.seq)
      })
      return () => subscription.unsubscribe()
    },
    async invite(orgId, email) {
      const input = { orgId, invitee: { email } }
      const { data } = await client.mutate({ mutation: InviteSomeoneDocument, variables: { input } })
      return data?.createOrgInvite.__typename ?? ''
    },
    close() {
      client.stop()
      void socket.dispose()
    },
  }
}

const wireGraphcache = (connection: Connection) => wireUrql(connection, graphcache())

/** Over Server-Sent Events. */
function wireApolloBySse(connection: Connection): Wiring {
  const stream = resumingEventStream({ url: `${connection.url}/graphql`, token: connection.token })
  const socket = { ...forGraphQLWsLink(stream), terminate: stream.terminate }
  return wireApollo(connection, socket)
}

const compiled = (document: unknown) => document as GraphQLTaggedNode

function wireRelay(connection: Connection): Wiring & ReturnType<typeof relayEnvironment> {
  const { environment, socket } = relayEnvironment(connection)
  return {
    environment,
    socket,
    async read(orgId) {
      const data = await fetchQuery<{
        response: { org: { eventCursor: string } }
        variables: { orgId: string; first: number }
      }>(environment, compiled(screenQuery), { orgId, first: 2 }).toPromise()
      return data?.org.eventCursor ?? ''
    },
    watch: (orgId, after, onSeq) =>
      requestSubscription<{ response: { orgEvents: { seq: number } }; variables: Record<string, unknown> }>(
        environment,
        {
          subscription: compiled(eventsSubscription),
          variables: { orgId, after },
          onNext: (data) => {
            if (data) onSeq(data.orgEvents.seq)
          },
        },
      ).dispose,
    invite: (orgId, email) =>
      new Promise((resolve, reject) =>
        commitMutation<{
          response: { createOrgInvite: { __typename: string } }
          variables: Record<string, unknown>
        }>(environment, {
          mutation: compiled(invitationMutation),
          variables: { input: { orgId, invitee: { email } } },
          onCompleted: ({ createOrgInvite }) => resolve(createOrgInvite.__typename),
          onError: reject,
        }),
      ),
    close: () => void socket.dispose(),
  }
}

describe.each([
  ['urql', (connection: Connection) => wireUrql(connection)],
  ['Graphcache of urql', wireGraphcache],
  ['Apollo Client', (connection: Connection) => wireApollo(connection)],
  ['Apollo Client over SSE', wireApolloBySse],
  ['Relay', wireRelay],
])('the %s example', (_, wire) => {
  const testServer = useTestServer()

  it('reads, mutates, subscribes, gets fresh tokens, and resumes after a break without a gap', async () => {
    // Caches warn of objects without an id, of unknown fields, and of data that they may lose.
    const warned = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')]
    onTestFinished(() => {
      for (const spy of warned) spy.mockRestore()
    })
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const fresh = owner.authorization?.replace('Bearer ', '') ?? null
    const token = (refused?: string) => (refused === undefined ? 'gh_outworn' : fresh)
    const wired = wire({ url: testServer.url, token })
    const seen: number[] = []
    const stop = wired.watch(orgId, await wired.read(orgId), (seq) => seen.push(seq))
    expect(await wired.invite(orgId, 'ben@example.com')).toBe('CreateOrgInvitePayload')
    expect(await wired.invite(orgId, 'ben@example.com')).toBe('OrgInviteAlreadyPendingError')
    await vi.waitFor(() => expect(seen).toEqual([3]), { timeout: 10_000 })
    wired.socket.terminate()
    await invite(owner, orgId, 'cleo@example.com')
    await invite(owner, orgId, 'drew@example.com')
    await vi.waitFor(() => expect(seen).toEqual([3, 4, 5]), { timeout: 10_000 })
    stop()
    wired.close()
    expect(warned.flatMap(({ mock }) => mock.calls)).toEqual([])
  })
})

describe('Apollo Client with possible types', () => {
  const testServer = useTestServer()

  it('reads fragments on interfaces: a refusal’s message and an event’s details', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const token = owner.authorization?.replace('Bearer ', '') ?? null
    const { client, socket } = apolloClient({ url: testServer.url, token })
    const input = { orgId, invitee: { email: 'no address' } }
    const { data } = await client.mutate({ mutation: InviteSomeoneDocument, variables: { input } })
    expect(data?.createOrgInvite).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'invitee.email' }],
    })
    const glance = await client.query({ query: OrgGlanceDocument, variables: { orgId } })
    expect(glance.data?.org?.limits.seatsUsed).toBe(1)
    client.stop()
    await socket.dispose()
  })
})

describe('Relay', () => {
  const testServer = useTestServer()
  let owner: TestPerson
  let orgId: string

  beforeAll(async () => {
    owner = await testServer.signUp()
    orgId = await createOrg(owner)
    for (let member = 0; member < 4; member++) await join(owner, orgId, await testServer.signUp())
  })

  it('compiles against schema.graphql and its artifacts are up to date: run `npm run relay` if this fails', () => {
    const cwd = fileURLToPath(new URL('../../examples/clients/relay', import.meta.url))
    const compiler = '../node_modules/relay-compiler/cli.js'
    const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, '--validate'], {
      cwd,
      encoding: 'utf8',
    })
    expect(`${stdout}${stderr}`).toContain('Compilation completed')
    expect(status).toBe(0)
  })

  it('pages through a connection with its refetchable fragment', async () => {
    const { environment, read, close } = wireRelay({
      url: testServer.url,
      token: owner.authorization?.replace('Bearer ', '') ?? null,
    })
    await read(orgId)
    const page = () => {
      const operation = createOperationDescriptor(getRequest(compiled(screenQuery)), { orgId, first: 2 })
      const { org } = environment.lookup(operation.fragment).data as unknown as { org: object }
      const selector = getSelector(members as unknown as Parameters<typeof getSelector>[0], org)
      if (selector?.kind !== 'SingularReaderSelector') throw new Error('no selector')
      return (
        environment.lookup(selector).data as unknown as {
          users: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
        }
      ).users
    }
    expect(page().edges).toHaveLength(2)
    while (page().pageInfo.hasNextPage) {
      const variables = { id: orgId, first: 2, after: page().pageInfo.endCursor }
      await fetchQuery<{ response: object; variables: Record<string, unknown> }>(
        environment,
        compiled(pageQuery),
        variables,
      ).toPromise()
    }
    expect(new Set(page().edges.map(({ node }) => node.id)).size).toBe(5)
    close()
  })

  it('keeps its store up to date with events only', async () => {
    const { environment, read, watch, close } = wireRelay({
      url: testServer.url,
      token: owner.authorization?.replace('Bearer ', '') ?? null,
    })
    const inviteId = await invite(owner, orgId, 'eve@example.com')
    const after = await read(orgId)
    const seen: number[] = []
    const stop = watch(orgId, after, (seq) => seen.push(seq))
    await mutate(owner, 'revokeOrgInvite', { orgInviteId: inviteId })
    await vi.waitFor(() => expect(seen).toHaveLength(1), { timeout: 10_000 })
    expect(environment.getStore().getSource().get(inviteId)).toMatchObject({ status: 'REVOKED' })
    stop()
    close()
  })
})
