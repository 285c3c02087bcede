import { expect, test } from 'vitest'
import { connect } from '../../http/support/socket.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()

test.each([
  'subscription { viewerOrgInviteEvents @skip(if: true) { id } }',
  'subscription($x: Boolean! = true) { viewerOrgInviteEvents @include(if: $x) { id } }',
  'subscription { ... @skip(if: true) { viewerOrgInviteEvents { id } } }',
  'subscription { ...F } fragment F on Subscription { viewerOrgInviteEvents @skip(if: false) { id } }',
])(
  '%s is refused over HTTP and WebSocket, because @skip and @include are not allowed on a stream',
  async (query) => {
    const person = await testServer.signUp()
    const socket = await connect(testServer.url, { authorization: person.authorization })
    // For a variable graphql-js itself reports that its value is missing.
    for (const errors of [(await person.ask(query)).errors, await socket.stream(query).ended])
      expect(errors?.[0]?.extensions?.code).toMatch(/^(GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/)
  },
)

test('@skip and @include are allowed below a stream’s root field', async () => {
  const person = await testServer.signUp()
  const socket = await connect(testServer.url, { authorization: person.authorization })
  const { stop, ended } = socket.stream('subscription { viewerOrgInviteEvents { id seq @skip(if: true) } }')
  setTimeout(stop, 300)
  expect(await ended).toBeUndefined()
})
