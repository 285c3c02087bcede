import { expect, test } from 'vitest'
import { connect } from '../../http/support/socket.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { MAX_RESPONSE_BYTES: '4000' } })

const invite = (owner: Parameters<typeof mutate>[0], orgId: string, name: string, message: string) =>
  mutate(
    owner,
    'createOrgInvite',
    { orgId, invitee: { email: `${name}@guests.example` }, message, sendEmail: false },
    'orgInvite { id }',
  )

test('many aliases of one long text are COST_LIMIT: with the accelerator, without it and in a stream', async () => {
  const owner = await testServer.signUp()
  const orgId = await createOrg(owner)
  const { data } = await owner.ask('query($orgId: ID!) { org(id: $orgId) { eventCursor } }', { orgId })
  const socket = await connect(testServer.url, { authorization: owner.authorization })
  const events = socket.stream(
    `subscription($orgId: ID!, $after: String) { orgEvents(orgId: $orgId, after: $after) { ... on OrgInviteEvent {
      orgInvite { a: message b: message c: message email } } } }`,
    { orgId, after: data.org.eventCursor },
  )
  await invite(owner, orgId, 'long', '\u{1f600}'.repeat(900))
  await invite(owner, orgId, 'short', 'Welcome')
  await expect.poll(() => events.results.length).toBe(2)
  expect(events.results[0]?.errors?.[0]?.extensions?.code).toBe('COST_LIMIT')
  expect(events.results[1]?.data).toMatchObject({ orgEvents: { orgInvite: { b: 'Welcome' } } })

  const document = `query($orgId: ID!) { org(id: $orgId) { invites(first: 1) { nodes {
    org { invites { nodes { a: message b: message } } } } } } }`
  for (let times = 0; times < 4; times++) {
    const { errors } = await owner.ask(document, { orgId })
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['COST_LIMIT'])
  }
})
