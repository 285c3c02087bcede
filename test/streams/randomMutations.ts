import { act, type RoleName } from '../support/mutate.js'
import type { Chance } from '../support/random.js'
import type { Client, TestPerson } from '../support/testServer.js'

/** What random acts choose from: it grows as they find out what there is. */
export interface Stage {
  people: TestPerson[]
  orgs: string[]
  instance: Client
  /** Global ids of invites made so far, newest last. */
  invites: string[]
}

const roleSets: RoleName[][] = [['USER'], ['USER'], ['ADMIN'], ['USER', 'ADMIN'], ['OWNER']]
/** How many of the newest invites are acted on: older ones have mostly ended. */
const RECENT = 40

/** Mostly a host application, which may do everything: people alone would be refused nearly always. */
function somebody({ people, instance }: Stage, chance: Chance): Client {
  return chance.below(3) === 0 ? chance.oneOf(people) : instance
}

type RandomAct = (stage: Stage, chance: Chance) => Promise<{ __typename: string }>

/** An address of somebody who takes part, of a stranger, or the same in capitals. */
function addressFrom({ people }: Stage, chance: Chance): string {
  const email = chance.oneOf(people).email
  return chance.oneOf([email, email, email.toUpperCase(), `guest${chance.below(30)}@guests.example`])
}

/** Some run out while the others act. */
function someTime(chance: Chance) {
  return chance.below(4) === 0 ? { expiresAt: new Date(Date.now() + 100 + chance.below(1_500)) } : {}
}

function recent({ invites }: Stage, chance: Chance): string {
  return invites.length === 0 ? 'none' : chance.oneOf(invites.slice(-RECENT))
}

async function made(
  stage: Stage,
  by: Client,
  mutation: 'createOrgInvite' | 'resendOrgInvite',
  input: Record<string, unknown>,
) {
  const result = await act(by, mutation, input, 'orgInvite { id }')
  if (result.orgInvite) stage.invites.push(result.orgInvite.id)
  return result
}

const inviteSomebody: RandomAct = (stage, chance) =>
  made(stage, somebody(stage, chance), 'createOrgInvite', {
    orgId: chance.oneOf(stage.orgs),
    invitee: { email: addressFrom(stage, chance) },
    roles: chance.oneOf(roleSets),
    ...someTime(chance),
  })

const resend: RandomAct = (stage, chance) =>
  made(stage, somebody(stage, chance), 'resendOrgInvite', {
    orgInviteId: recent(stage, chance),
    ...(chance.below(2) === 0 && { roles: chance.oneOf(roleSets) }),
    ...someTime(chance),
  })

const bulk: RandomAct = async (stage, chance) => {
  const result = await act(
    somebody(stage, chance),
    'createOrgInvites',
    {
      orgId: chance.oneOf(stage.orgs),
      invitees: [1, 2, 3].map(() => ({ email: addressFrom(stage, chance) })),
      roles: chance.oneOf(roleSets),
    },
    'results { ... on CreateOrgInvitePayload { orgInvite { id } } }',
  )
  for (const { orgInvite } of result.results ?? []) if (orgInvite) stage.invites.push(orgInvite.id)
  return result
}

const onInvite =
  (mutation: 'revokeOrgInvite' | 'deleteOrgInvite'): RandomAct =>
  (stage, chance) =>
    act(somebody(stage, chance), mutation, { orgInviteId: recent(stage, chance) })

/** Mostly by a host application for somebody, which needs no luck in finding whose invite it is. */
const answer =
  (mutation: 'acceptOrgInvite' | 'declineOrgInvite'): RandomAct =>
  async (stage, chance) => {
    const orgInviteId = recent(stage, chance)
    if (chance.below(4) === 0) return act(chance.oneOf(stage.people), mutation, { invite: { orgInviteId } })
    const { data } = await stage.instance.ask('query($id: ID!) { orgInvite(id: $id) { email } }', {
      id: orgInviteId,
    })
    const person = stage.people.find(({ email }) => email === data?.orgInvite?.email)
    return act(person ?? chance.oneOf(stage.people), mutation, { invite: { orgInviteId } })
  }

const changeRoles: RandomAct = (stage, chance) =>
  act(somebody(stage, chance), 'updateOrgUserRoles', {
    orgId: chance.oneOf(stage.orgs),
    userId: chance.oneOf(stage.people).id,
    ...chance.oneOf([
      { add: chance.oneOf(roleSets) },
      { remove: chance.oneOf(roleSets) },
      { add: ['ADMIN'], remove: ['USER'] },
    ]),
  })

const removeSomebody: RandomAct = (stage, chance) =>
  act(somebody(stage, chance), 'removeOrgUser', {
    orgId: chance.oneOf(stage.orgs),
    userId: chance.oneOf(stage.people).id,
  })

const leave: RandomAct = (stage, chance) =>
  act(chance.oneOf(stage.people), 'leaveOrg', { orgId: chance.oneOf(stage.orgs) })

const rename: RandomAct = (stage, chance) =>
  act(somebody(stage, chance), 'updateOrg', {
    orgId: chance.oneOf(stage.orgs),
    name: `Org ${chance.below(20)}`,
  })

const changeTier: RandomAct = (stage, chance) =>
  act(stage.instance, 'updateOrg', {
    orgId: chance.oneOf(stage.orgs),
    tier: chance.oneOf(['FREE', 'PREMIUM']),
    status: chance.below(8) === 0 ? 'PROVISIONING' : 'ACTIVE',
  })

const bind: RandomAct = (stage, chance) =>
  act(somebody(stage, chance), chance.oneOf(['bindEmailDomain', 'unbindEmailDomain']), {
    orgId: chance.oneOf(stage.orgs),
    domain: chance.oneOf(stage.people).email.split('@')[1],
  })

/** Each as often as it stands here. */
const acts: RandomAct[] = [
  ...Array<RandomAct>(7).fill(inviteSomebody),
  ...Array<RandomAct>(7).fill(answer('acceptOrgInvite')),
  ...Array<RandomAct>(3).fill(resend),
  ...Array<RandomAct>(3).fill(changeRoles),
  ...Array<RandomAct>(2).fill(answer('declineOrgInvite')),
  ...Array<RandomAct>(2).fill(onInvite('revokeOrgInvite')),
  ...Array<RandomAct>(2).fill(onInvite('deleteOrgInvite')),
  bulk,
  removeSomebody,
  leave,
  rename,
  changeTier,
  changeTier,
  bind,
]

/** Does anything at all; answers with what became of it. */
export function anything(stage: Stage, chance: Chance): Promise<{ __typename: string }> {
  return chance.oneOf(acts)(stage, chance)
}
