import sql from 'sql-template-tag'
import { describe, expect, it } from 'vitest'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { createOrgWith, readEverything, usePeople } from '../../support/people.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_PENDING_INVITES: '30' } })
const people = usePeople(testServer)
const newAddress = () => `${crypto.randomUUID()}@new.example`
const bulk = (input: Record<string, unknown>, by = people.owner) =>
  mutate(
    by,
    'createOrgInvites',
    input,
    `results { __typename
      ... on CreateOrgInvitePayload { orgInvite { email roles status } acceptUrl }
      ... on InvalidInputError { issues { path } } ... on LimitReachedError { limit } }`,
  )
const typesOf = ({ results }: { results: Array<{ __typename: string }> }) =>
  results.map(({ __typename }) => __typename)

describe('createOrgInvites', () => {
  it('answers each invitee in the given order, and one refusal does not affect the others', async () => {
    const orgId = await createOrg(people.owner)
    await join(people.owner, orgId, people.user)
    await invite(people.owner, orgId, 'pending@bulk.example')
    const invitee = await testServer.signUp()

    const answer = await bulk({
      orgId,
      invitees: [
        { email: 'First@bulk.example' },
        { email: 'no address' },
        { email: people.user.email },
        { email: 'pending@bulk.example' },
        { userId: 'nobody' },
        { userId: invitee.id },
        { email: 'first@BULK.example' },
        { email: 'last@bulk.example' },
      ],
      roles: ['ADMIN'],
    })

    expect(typesOf(answer)).toEqual([
      'CreateOrgInvitePayload',
      'InvalidInputError',
      'AlreadyOrgUserError',
      'OrgInviteAlreadyPendingError',
      'NotFoundError',
      'CreateOrgInvitePayload',
      'OrgInviteAlreadyPendingError',
      'CreateOrgInvitePayload',
    ])
    expect(answer.results[0].orgInvite).toEqual({
      email: 'first@bulk.example',
      roles: ['ADMIN'],
      status: 'PENDING',
    })
    const { events } = await readOrg(people.owner, orgId)
    expect(events.nodes.slice(-3).map((event: { inviteEventType: string }) => event.inviteEventType)).toEqual(
      ['CREATED', 'CREATED', 'CREATED'],
    )
  })

  it('names the path of an invalid address', async () => {
    const orgId = await createOrg(people.owner)
    const { results } = await bulk({ orgId, invitees: [{ email: newAddress() }, { email: 'wrong' }] })
    expect(results[1].issues).toEqual([{ path: 'invitees.1.email' }])
    const withoutAddress = await testServer.signUp({ email: null })
    const { results: byId } = await bulk({ orgId, invitees: [{ userId: withoutAddress.id }] })
    expect(byId[0].issues).toEqual([{ path: 'invitees.0.userId' }])
  })

  it('takes up to 100 invitees, and a limit refuses only those above it', async () => {
    const orgId = await createOrg(people.owner)
    const invitees = Array.from({ length: 100 }, () => ({ email: newAddress() }))
    const answer = await bulk({ orgId, invitees })
    expect(typesOf(answer)).toEqual([
      ...Array.from({ length: 30 }, () => 'CreateOrgInvitePayload'),
      ...Array.from({ length: 70 }, () => 'LimitReachedError'),
    ])
    expect(
      answer.results.slice(0, 30).map((one: { orgInvite: { email: string } }) => one.orgInvite.email),
    ).toEqual(invitees.slice(0, 30).map(({ email }) => email))
    expect((await readOrg(people.owner, orgId)).limits.pendingInvitesUsed).toBe(30)
  })

  it.each([
    ['an empty list', { invitees: [] }, 'invitees'],
    [
      '101 invitees',
      { invitees: Array.from({ length: 101 }, (_, at) => ({ email: `a${at}@new.example` })) },
      'invitees',
    ],
    ['no role', { invitees: [{ email: 'a@new.example' }], roles: [] }, 'roles'],
    [
      'a time in the past',
      { invitees: [{ email: 'a@new.example' }], expiresAt: '2020-01-01T00:00:00Z' },
      'expiresAt',
    ],
    [
      'a message that is too long',
      { invitees: [{ email: 'a@new.example' }], message: 'x'.repeat(1_001) },
      'message',
    ],
  ] as const)('refuses all of them for %s', async (_what, input, path) => {
    const orgId = await createOrgWith(people)
    const before = await readEverything(testServer, orgId)
    expect(await bulk({ orgId, ...input })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path }],
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('refuses all of them for rank, mail and the org’s status', async () => {
    const orgId = await createOrgWith(people)
    const invitees = [{ email: newAddress() }, { email: newAddress() }]
    const before = await readEverything(testServer, orgId)
    expect(await bulk({ orgId, invitees, roles: ['OWNER'] }, people.admin)).toMatchObject({
      __typename: 'RoleNotGrantableError',
      role: 'OWNER',
    })
    expect(await bulk({ orgId, invitees, sendEmail: true })).toMatchObject({
      __typename: 'EmailNotConfiguredError',
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    await mutate(testServer.instance, 'updateOrg', { orgId, status: 'DEPROVISIONING' })
    expect(await bulk({ orgId, invitees })).toMatchObject({ __typename: 'OrgNotActiveError' })
  })

  it('returns a link for each if the caller may have links', async () => {
    const orgId = await createOrg(people.owner)
    const { results } = await mutate(
      testServer.instance,
      'createOrgInvites',
      { orgId, invitees: [{ email: newAddress() }, { email: newAddress() }], sendEmail: false },
      'results { ... on CreateOrgInvitePayload { acceptUrl } }',
    )
    const [one, other] = results.map(({ acceptUrl }: { acceptUrl: string }) => acceptUrl)
    expect(one).toMatch(/^https:\/\/app\.example\/invites\/gi_/)
    expect(one).not.toBe(other)
  })

  it('can be sent again after an error half-way, and a resend returns the lost links', async () => {
    const orgId = await createOrg(people.owner)
    const invitees = [{ email: 'first@broken.example' }, { email: 'second@broken.example' }]
    const ask = () =>
      mutate(
        testServer.instance,
        'createOrgInvites',
        { orgId, invitees, sendEmail: false },
        `results { __typename
          ... on CreateOrgInvitePayload { acceptUrl }
          ... on OrgInviteAlreadyPendingError { pendingInvite { id } } }`,
      )
    const { database } = testServer.server.app
    await database.query(
      sql`alter table org_invite add constraint broken check (email <> 'second@broken.example')`,
    )
    await expect(ask()).rejects.toThrow('INTERNAL_SERVER_ERROR')
    await database.query(sql`alter table org_invite drop constraint broken`)

    const [first, second] = (await ask()).results
    expect(first).toMatchObject({ __typename: 'OrgInviteAlreadyPendingError' })
    const link = expect.stringMatching(/^https:\/\/app\.example\/invites\/gi_/)
    expect(second.acceptUrl).toEqual(link)
    const again = { orgInviteId: first.pendingInvite.id, sendEmail: false }
    expect((await mutate(testServer.instance, 'resendOrgInvite', again, 'acceptUrl')).acceptUrl).toEqual(link)
  })
})
