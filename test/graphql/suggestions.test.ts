import { describe, expect, it } from 'vitest'
import { connect } from '../http/support/socket.js'
import { APP_URL, ask, useTestServer } from '../support/testServer.js'

describe('suggestions of schema names in errors about variables', () => {
  const open = useTestServer()
  const production = useTestServer({ env: { NODE_ENV: 'production', APP_URL } })

  /**
   * Returns every error message: two HTTP requests, because the second one finds the document in
   * the cache, and one over WebSocket.
   */
  async function messagesOf(
    url: string,
    query: string,
    variables: Record<string, unknown>,
  ): Promise<string[]> {
    const socket = await connect(url)
    const answers = [
      await ask(url, undefined, query, variables),
      await ask(url, undefined, query, variables),
      await socket.ask(query, variables),
    ]
    return answers.map(({ errors }) => (errors ?? []).map(({ message }) => message).join(' '))
  }

  it.each([
    [
      'an enum’s value in a query',
      'query($of: [OrgInviteStatus!]) { viewer { orgInvites(statuses: $of) { totalCount } } }',
      { of: ['PENDIN'] },
      'PENDING',
    ],
    [
      'an input’s field',
      'mutation($input: CreateOrgInput!) { createOrg(input: $input) { __typename } }',
      { input: { name: 'Acme', dataRegio: 'US_WEST' } },
      'dataRegion',
    ],
    [
      'an enum’s value in an input',
      'mutation($input: CreateOrgInput!) { createOrg(input: $input) { __typename } }',
      { input: { name: 'Acme', dataRegion: 'US_WES' } },
      'US_WEST',
    ],
    [
      'an enum’s value in a subscription',
      'subscription($roles: [OrgRoleName!]) { orgEvents(orgId: "") { org { users(filter: { roles: $roles }) { totalCount } } } }',
      { roles: ['OWNR'] },
      'OWNER',
    ],
  ])('appear in development and not in production: %s', async (_what, query, variables, name) => {
    for (const message of await messagesOf(open.url, query, variables)) expect(message).toContain(`"${name}"`)
    for (const message of await messagesOf(production.url, query, variables)) {
      expect(message).toContain('Variable "$')
      expect(message).not.toContain(`"${name}"`)
    }
  })
})
