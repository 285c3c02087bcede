import { expect, test } from 'vitest'
import { connect } from '../../http/support/socket.js'
import { act, foundOrg } from '../../support/mutate.js'
import { useWorld } from '../../support/testServer.js'

const world = useWorld({ env: { MAX_RESPONSE_BYTES: '4000' } })

const invite = (owner: Parameters<typeof act>[0], orgId: string, name: string, message: string) =>
  act(
    owner,
    'createOrgInvite',
    { orgId, invitee: { email: `${name}@guests.example` }, message, sendEmail: false },
    'orgInvite { id }',
  )

test('one text, told again and again, is not made into a large answer: on either path, nor in a stream', async () => {
  const owner = await world.person()
  const orgId = await foundOrg(owner)
  const socket = await connect(world.url, { authorization: owner.authorization })
  const events = socket.stream(
    `subscription($orgId: ID!) { orgEvents(orgId: $orgId) { ... on OrgInviteEvent {
      orgInvite { a: message b: message c: message email } } } }`,
    { orgId },
  )
  await socket.ask('{ viewer { id } }')
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
