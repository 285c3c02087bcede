import type { TestAppRole } from '../support/appRoles.js'
import { mutate, type RoleName } from '../support/mutate.js'
import type { Random } from '../support/random.js'
import type { Client, TestPerson } from '../support/testServer.js'

/** What random actions choose from. It grows as they create more. */
export interface Fixture {
  people: TestPerson[]
  orgs: string[]
  instance: Client
  /** Global ids of the created invites, newest last. */
  invites: string[]
  /** Global ids of the join requests, newest last. */
  requests: string[]
  /** Lets a person ask to join an org by their address again, whatever became of the domain. */
  allowRequests(orgId: string, person: TestPerson): Promise<void>
  appRoles: TestAppRole[]
}

const roleSets: RoleName[][] = [['USER'], ['USER'], ['ADMIN'], ['USER', 'ADMIN'], ['OWNER']]
/** How many of the newest invites actions choose from. Older ones have mostly ended. */
const RECENT = 40

/** Mostly an instance token, which may do everything. People would be refused nearly always. */
function randomClient({ people, instance }: Fixture, random: Random): Client {
  return random.below(3) === 0 ? random.pick(people) : instance
}

type RandomAct = (fixture: Fixture, random: Random) => Promise<{ __typename: string }>

/** An address of a person in the test or of a stranger, sometimes in upper case. */
function addressFrom({ people }: Fixture, random: Random): string {
  const email = random.pick(people).email
  return random.pick([email, email, email.toUpperCase(), `guest${random.below(30)}@guests.example`])
}

/** Some invites expire while others act. */
function randomExpiry(random: Random) {
  return random.below(4) === 0 ? { expiresAt: new Date(Date.now() + 100 + random.below(1_500)) } : {}
}

/** Ids of app roles for a list of an input, or none. */
function someAppRoles(list: string, { appRoles }: Fixture, random: Random) {
  return random.below(2) === 0 ? {} : { [list]: [random.pick(appRoles).id] }
}

function recent({ invites }: Fixture, random: Random): string {
  return invites.length === 0 ? 'none' : random.pick(invites.slice(-RECENT))
}

async function made(
  fixture: Fixture,
  by: Client,
  mutation: 'createOrgInvite' | 'resendOrgInvite',
  input: Record<string, unknown>,
) {
  const result = await mutate(by, mutation, input, 'orgInvite { id }')
  if (result.orgInvite) fixture.invites.push(result.orgInvite.id)
  return result
}

const inviteSomebody: RandomAct = (fixture, random) =>
  made(fixture, randomClient(fixture, random), 'createOrgInvite', {
    orgId: random.pick(fixture.orgs),
    invitee: { email: addressFrom(fixture, random) },
    roles: random.pick(roleSets),
    ...someAppRoles('appRoleIds', fixture, random),
    ...randomExpiry(random),
  })

const resend: RandomAct = (fixture, random) =>
  made(fixture, randomClient(fixture, random), 'resendOrgInvite', {
    orgInviteId: recent(fixture, random),
    ...(random.below(2) === 0 && { roles: random.pick(roleSets) }),
    ...someAppRoles('appRoleIds', fixture, random),
    ...randomExpiry(random),
  })

const bulk: RandomAct = async (fixture, random) => {
  const result = await mutate(
    randomClient(fixture, random),
    'createOrgInvites',
    {
      orgId: random.pick(fixture.orgs),
      invitees: [1, 2, 3].map(() => ({ email: addressFrom(fixture, random) })),
      roles: random.pick(roleSets),
    },
    'results { ... on CreateOrgInvitePayload { orgInvite { id } } }',
  )
  for (const { orgInvite } of result.results ?? []) if (orgInvite) fixture.invites.push(orgInvite.id)
  return result
}

const onInvite =
  (mutation: 'revokeOrgInvite' | 'deleteOrgInvite'): RandomAct =>
  (fixture, random) =>
    mutate(randomClient(fixture, random), mutation, { orgInviteId: recent(fixture, random) })

/**
 * Mostly an instance token on behalf of the invitee, because a random person is rarely the invitee.
 */
const answer =
  (mutation: 'acceptOrgInvite' | 'declineOrgInvite'): RandomAct =>
  async (fixture, random) => {
    const orgInviteId = recent(fixture, random)
    if (random.below(4) === 0)
      return mutate(random.pick(fixture.people), mutation, { invite: { orgInviteId } })
    const { data } = await fixture.instance.ask('query($id: ID!) { orgInvite(id: $id) { email } }', {
      id: orgInviteId,
    })
    const person = fixture.people.find(({ email }) => email === data?.orgInvite?.email)
    return mutate(person ?? random.pick(fixture.people), mutation, { invite: { orgInviteId } })
  }

/** Each person asks one of the orgs. */
const askToJoin: RandomAct = async (fixture, random) => {
  const index = random.below(fixture.people.length)
  const person = fixture.people[index] ?? random.pick(fixture.people)
  const orgId = fixture.orgs[index % fixture.orgs.length] ?? ''
  await fixture.allowRequests(orgId, person)
  const result = await mutate(person, 'requestToJoinOrg', { orgId }, 'orgJoinRequest { id }')
  if (result.orgJoinRequest) fixture.requests.push(result.orgJoinRequest.id)
  return result
}

const endRequest: RandomAct = async (fixture, random) => {
  const orgJoinRequestId = fixture.requests.length === 0 ? 'none' : random.pick(fixture.requests.slice(-5))
  const verb = random.pick(['approve', 'approve', 'decline', 'withdraw', 'withdraw', 'withdraw'])
  if (verb !== 'withdraw') return mutate(fixture.instance, `${verb}OrgJoinRequest`, { orgJoinRequestId })
  const { data } = await fixture.instance.ask(
    'query($id: ID!) { node(id: $id) { ... on OrgJoinRequest { user { id } } } }',
    { id: orgJoinRequestId },
  )
  const person = fixture.people.find(({ id }) => id === data?.node?.user?.id) ?? random.pick(fixture.people)
  return mutate(person, 'withdrawOrgJoinRequest', { orgJoinRequestId })
}

const changeRoles: RandomAct = (fixture, random) =>
  mutate(randomClient(fixture, random), 'updateOrgUserRoles', {
    orgId: random.pick(fixture.orgs),
    userId: random.pick(fixture.people).id,
    ...random.pick([
      { add: random.pick(roleSets) },
      { remove: random.pick(roleSets) },
      { add: ['ADMIN'], remove: ['USER'] },
      { addAppRoleIds: [random.pick(fixture.appRoles).id] },
      { removeAppRoleIds: [random.pick(fixture.appRoles).id] },
    ]),
  })

/** Raises or lowers the rank that an app role needs. One that was deleted is made again, with another id. */
const changeAppRole: RandomAct = async (fixture, random) => {
  const appRole = random.pick(fixture.appRoles)
  const result = await mutate(
    fixture.instance,
    'upsertAppRole',
    { key: appRole.key, name: 'A role', permissions: [], assignableBy: random.pick(['ADMIN', 'OWNER']) },
    'appRole { id }',
  )
  appRole.id = result.appRole.id
  return result
}

const deleteAppRole: RandomAct = (fixture, random) =>
  mutate(fixture.instance, 'deleteAppRole', { appRoleId: random.pick(fixture.appRoles).id })

const removeSomebody: RandomAct = (fixture, random) =>
  mutate(randomClient(fixture, random), 'removeOrgUser', {
    orgId: random.pick(fixture.orgs),
    userId: random.pick(fixture.people).id,
  })

const suspendOrReinstate =
  (mutation: 'suspendOrgUser' | 'reinstateOrgUser'): RandomAct =>
  (fixture, random) =>
    mutate(randomClient(fixture, random), mutation, {
      orgId: random.pick(fixture.orgs),
      userId: random.pick(fixture.people).id,
    })

const leave: RandomAct = (fixture, random) =>
  mutate(random.pick(fixture.people), 'leaveOrg', { orgId: random.pick(fixture.orgs) })

const rename: RandomAct = (fixture, random) =>
  mutate(randomClient(fixture, random), 'updateOrg', {
    orgId: random.pick(fixture.orgs),
    name: `Org ${random.below(20)}`,
  })

const changeTier: RandomAct = (fixture, random) =>
  mutate(fixture.instance, 'updateOrg', {
    orgId: random.pick(fixture.orgs),
    tier: random.pick(['FREE', 'PREMIUM']),
    status: random.below(8) === 0 ? 'PROVISIONING' : 'ACTIVE',
  })

const bind: RandomAct = (fixture, random) =>
  mutate(randomClient(fixture, random), random.pick(['bindEmailDomain', 'unbindEmailDomain']), {
    orgId: random.pick(fixture.orgs),
    domain: random.pick(fixture.people).email.split('@')[1],
  })

const changeJoinMode: RandomAct = (fixture, random) =>
  mutate(randomClient(fixture, random), 'updateEmailDomain', {
    orgId: random.pick(fixture.orgs),
    domain: random.pick(fixture.people).email.split('@')[1],
    joinMode: random.pick(['AUTO', 'REQUEST', 'OFF']),
  })

/** An action that is listed several times is chosen more often. */
const actions: RandomAct[] = [
  ...Array<RandomAct>(7).fill(inviteSomebody),
  ...Array<RandomAct>(7).fill(answer('acceptOrgInvite')),
  ...Array<RandomAct>(3).fill(resend),
  ...Array<RandomAct>(3).fill(changeRoles),
  ...Array<RandomAct>(2).fill(answer('declineOrgInvite')),
  ...Array<RandomAct>(2).fill(onInvite('revokeOrgInvite')),
  ...Array<RandomAct>(2).fill(onInvite('deleteOrgInvite')),
  ...Array<RandomAct>(3).fill(askToJoin),
  ...Array<RandomAct>(3).fill(endRequest),
  bulk,
  removeSomebody,
  suspendOrReinstate('suspendOrgUser'),
  ...Array<RandomAct>(4).fill(suspendOrReinstate('reinstateOrgUser')),
  leave,
  rename,
  changeTier,
  changeTier,
  bind,
  changeJoinMode,
  changeAppRole,
  deleteAppRole,
]

/** Runs a random action and returns its result. */
export function randomMutation(fixture: Fixture, random: Random): Promise<{ __typename: string }> {
  return random.pick(actions)(fixture, random)
}
