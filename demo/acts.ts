import type { Person } from '../src/domain/core/actor.js'
import { Refusal } from '../src/domain/core/refusal.js'
import { acceptOrgInvite } from '../src/domain/invites/acceptOrgInvite.js'
import { createOrgInvite } from '../src/domain/invites/createOrgInvite.js'
import { declineOrgInvite } from '../src/domain/invites/declineOrgInvite.js'
import { deleteOrgInvite } from '../src/domain/invites/deleteOrgInvite.js'
import { resendOrgInvite } from '../src/domain/invites/resendOrgInvite.js'
import { revokeOrgInvite } from '../src/domain/invites/revokeOrgInvite.js'
import { leaveOrg } from '../src/domain/members/leaveOrg.js'
import { removeOrgUser } from '../src/domain/members/removeOrgUser.js'
import { updateOrgUserRoles } from '../src/domain/members/updateOrgUserRoles.js'
import { castMember, pick, someone } from './cast.js'
import { actorOf, signUp } from './signUp.js'
import { type OrgOnStage, type Stage, someAdmin, someEnded, someMember, somePending } from './stage.js'

/** One thing that somebody does in an org. False: there is nothing of the kind to do at the moment. */
export type Act = (stage: Stage, org: OrgOnStage) => Promise<boolean>

const KEPT_INVITES = 120

const messages = [
  'Good to have you with us!',
  'The offsite is in May: see you there.',
  'As discussed. Ping me if anything looks odd.',
  null,
]

export const invite: Act = async (stage, org) => {
  const { transact, random } = stage
  const admin = await someAdmin(stage, org)
  if (!admin || org.pendingCount >= org.pending) return false
  const { email } = someone(random)
  // Some are short-lived, so that invites run out while somebody watches.
  const livesMs = random() < 0.15 ? 20_000 + random() * 60_000 : null
  await transact((tx) =>
    createOrgInvite(tx, actorOf(admin), {
      orgId: org.id,
      invitee: { email },
      roles: random() < 0.15 ? ['USER', 'ADMIN'] : ['USER'],
      message: pick(random, messages),
      sendEmail: random() < 0.92 ? null : false,
      ...(livesMs !== null && { expiresAt: new Date(Date.now() + livesMs) }),
    }),
  )
  return true
}

const answering =
  (answer: 'accept' | 'decline'): Act =>
  async (stage, org) => {
    if (answer === 'accept' && org.memberCount >= org.members) return false
    const pending = await somePending(stage, org)
    if (!pending) return false
    const person = await signUp(stage.transact, castMember(pending.email))
    const command = { invite: { orgInviteId: pending.id } }
    await stage.transact<unknown>((tx) =>
      answer === 'accept' ? acceptOrgInvite(tx, person, command) : declineOrgInvite(tx, person, command),
    )
    return true
  }

const withPending =
  (act: (stage: Stage, admin: Person, inviteId: string) => Promise<unknown>): Act =>
  async (stage, org) => {
    const [admin, pending] = [await someAdmin(stage, org), await somePending(stage, org)]
    if (!admin || !pending) return false
    await act(stage, actorOf(admin), pending.id)
    return true
  }

const withMember =
  (
    atLeast: number,
    act: (
      stage: Stage,
      org: OrgOnStage,
      admin: Person,
      member: { userId: string; roles: string[] },
    ) => Promise<unknown>,
  ): Act =>
  async (stage, org) => {
    if (org.memberCount < org.members * atLeast) return false
    const [admin, member] = [await someAdmin(stage, org), await someMember(stage, org)]
    if (!admin || !member || admin === member.userId) return false
    await act(stage, org, actorOf(admin), member)
    return true
  }

/** A colleague with an address in the org's domain signs up, and is in. */
const hire: Act = async ({ transact, random }, org) => {
  if (!org.domain || org.memberCount >= org.members) return false
  await signUp(transact, someone(random, [org.domain]))
  return true
}

const tidy: Act = async (stage, org) => {
  const [admin, ended] = [await someAdmin(stage, org), await someEnded(stage, org, KEPT_INVITES)]
  if (!admin || !ended) return false
  await stage.transact((tx) => deleteOrgInvite(tx, actorOf(admin), ended.id))
  return true
}

/** Everything that is played, and how often. */
const repertoire: readonly (readonly [weight: number, act: Act])[] = [
  [30, invite],
  [24, answering('accept')],
  [7, answering('decline')],
  [4, withPending(({ transact }, admin, id) => transact((tx) => revokeOrgInvite(tx, admin, id)))],
  [
    4,
    withPending(({ transact }, admin, id) =>
      transact((tx) => resendOrgInvite(tx, admin, { orgInviteId: id })),
    ),
  ],
  [
    9,
    withMember(0, ({ transact }, org, admin, { userId, roles }) => {
      const change = roles.includes('ADMIN') ? { remove: ['ADMIN' as const] } : { add: ['ADMIN' as const] }
      return transact((tx) => updateOrgUserRoles(tx, admin, { orgId: org.id, userId, ...change }))
    }),
  ],
  [
    8,
    withMember(0.6, ({ transact }, org, _, { userId }) =>
      transact((tx) => leaveOrg(tx, actorOf(userId), org.id)),
    ),
  ],
  [
    5,
    withMember(0.7, ({ transact }, org, admin, { userId }) =>
      transact((tx) => removeOrgUser(tx, admin, org.id, userId)),
    ),
  ],
  [3, hire],
  [6, tidy],
]

/** Plays one act, whichever comes to hand. False where nothing could be done, or somebody else was quicker. */
export async function playOne(stage: Stage, org: OrgOnStage): Promise<boolean> {
  for (let tries = 0; tries < 5; tries++) {
    try {
      if (await drawn(stage.random)(stage, org)) return true
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }
  return false
}

function drawn(random: () => number): Act {
  let left = random() * repertoire.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, act] of repertoire) {
    left -= weight
    if (left < 0) return act
  }
  return invite
}
