import { createClient } from 'graphql-ws'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { createOrg, invite } from '../support/mutate.js'
import { createOrgWith, createToken, usePeople } from '../support/people.js'
import { ask, type Client, useTestServer } from '../support/testServer.js'

describe('after a restore of the database', () => {
  const testServer = useTestServer()

  it('a cursor from before is refused once its key is deleted, however many events have happened since', async () => {
    const { database, signUp: person, startAnother: another } = testServer
    const owner = await person()
    const orgId = await createOrg(owner)
    const query =
      'query($id: ID!, $after: String) { org(id: $id) { eventCursor events(after: $after) { nodes { seq } } } }'
    const before = (await owner.ask(query, { id: orgId })).data.org.eventCursor
    await invite(owner, orgId, 'since@restored.example')
    // As docs/deploying.md says, before a server starts.
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query(`delete from instance_key where name = 'cursor'`)
    await client.end()
    const restored = await another()
    const refused = await ask(restored.url, owner.authorization, query, { id: orgId, after: before })
    expect(refused.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    const anew = await ask(restored.url, owner.authorization, query, { id: orgId })
    expect(anew.data.org.events.nodes).toHaveLength(3)
  })
})

describe('a subscription with several faults', () => {
  const testServer = useTestServer()
  const people = usePeople(testServer)

  /** The code of the first error of the subscription with these arguments. */
  async function codeOf({ authorization }: Client, field: string, args: string): Promise<string> {
    const client = createClient({
      url: `${testServer.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      ...(authorization && { connectionParams: { authorization } }),
    })
    const first = await client.iterate({ query: `subscription { ${field}(${args}) { seq } }` }).next()
    await client.dispose()
    return (first.value?.errors?.[0]?.extensions?.code as string) ?? 'none'
  }

  it.each([
    ['orgEvents', 'after: "damaged"'],
    ['orgInviteEvents', 'after: "damaged"'],
    ['orgInviteEvents', 'orgInviteId: "garbage"'],
  ])('%s(%s) reports the first in the order: sign-in, existence, permission, input', async (field, bad) => {
    const orgId = await createOrgWith(people)
    const nowhere = btoa('Org:0190f5a0-1234-7abc-8def-000000000001')
    const answers = [
      await codeOf(testServer.nobody, field, `orgId: "${orgId}", ${bad}`),
      await codeOf(people.owner, field, `orgId: "${nowhere}", ${bad}`),
      await codeOf(people.outsider, field, `orgId: "${orgId}", ${bad}`),
      await codeOf(people.user, field, `orgId: "${orgId}", ${bad}`),
      await codeOf(people.owner, field, `orgId: "${orgId}", ${bad}`),
    ]
    expect(answers).toEqual(['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'BAD_USER_INPUT'])
  })

  it('instanceEvents and its cursor report the first in the order: sign-in, permission, input', async () => {
    const { instance, nobody } = testServer
    const of = (client: Client, after = 'damaged') => codeOf(client, 'instanceEvents', `after: "${after}"`)
    const cursorOf = async (client: Client) => {
      const { data, errors } = await client.ask('{ instanceEventCursor }')
      return errors?.[0]?.extensions.code ?? typeof data.instanceEventCursor
    }
    const orgId = await createOrgWith(people)
    const { data } = await people.owner.ask('query($orgId: ID!) { org(id: $orgId) { eventCursor } }', {
      orgId,
    })
    const reads = await createToken(testServer, people.owner, ['ORG_READ', 'EVENT_READ'], orgId)
    expect([await of(nobody), await cursorOf(nobody)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED'])
    for (const client of [people.owner, reads])
      expect([await of(client), await cursorOf(client)]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
    // The cursor of an org is one of another kind.
    expect([await of(instance), await of(instance, data.org.eventCursor)]).toEqual([
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
    ])
    expect(await cursorOf(instance)).toBe('string')
  })

  it('instanceEvents resumes from instanceEventCursor, and its cursors from each other', async () => {
    const { instance } = testServer
    const { data } = await instance.ask('{ instanceEventCursor }')
    const orgId = await createOrgWith(people)
    const read = async (after: string, count: number) => {
      const client = createClient({
        url: `${testServer.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: instance.authorization },
      })
      const query =
        'subscription($after: String) { instanceEvents(after: $after) { orgId seq cursor org { id } } }'
      const events: Array<{ orgId: string; seq: number; cursor: string; org: { id: string } }> = []
      for await (const next of client.iterate<{ instanceEvents: (typeof events)[0] }>({
        query,
        variables: { after },
      })) {
        if (next.data) events.push(next.data.instanceEvents)
        if (events.length === count) break
      }
      await client.dispose()
      return events
    }
    const first = await read(data.instanceEventCursor, 4)
    const rest = await read(first[1]?.cursor ?? '', 2)
    expect(first.map(({ orgId: id, seq, org }) => [id, seq, org.id])).toEqual(
      [1, 2, 3, 4].map((seq) => [orgId, seq, orgId]),
    )
    expect(rest).toEqual(first.slice(2))
  })
})
