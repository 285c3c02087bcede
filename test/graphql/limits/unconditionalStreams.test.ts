import { expect, test } from 'vitest'
import { connect } from '../../http/support/socket.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()

test.each([
  'subscription { viewerOrgInviteEvents @skip(if: true) { id } }',
  'subscription($x: Boolean! = true) { viewerOrgInviteEvents @include(if: $x) { id } }',
  'subscription { ... @skip(if: true) { viewerOrgInviteEvents { id } } }',
  'subscription { ...F } fragment F on Subscription { viewerOrgInviteEvents @skip(if: false) { id } }',
])('%s is no stream, by HTTP and by WebSocket', async (query) => {
  const person = await testServer.signUp()
  const socket = await connect(testServer.url, { authorization: person.authorization })
  // graphql-js finds a variable's value missing there, and says so itself.
  for (const errors of [(await person.ask(query)).errors, await socket.stream(query).ended])
    expect(errors?.[0]?.extensions?.code).toMatch(/^(GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/)
})

test('below it they are as they were', async () => {
  const person = await testServer.signUp()
  const socket = await connect(testServer.url, { authorization: person.authorization })
  const { stop, ended } = socket.stream('subscription { viewerOrgInviteEvents { id seq @skip(if: true) } }')
  setTimeout(stop, 300)
  expect(await ended).toBeUndefined()
})
