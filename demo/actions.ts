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
import {
  type DemoContext,
  type DemoOrgState,
  randomAdmin,
  randomEndedInvite,
  randomMember,
  randomPendingInvite,
} from './context.js'
import { generatedPerson, pick, randomPerson } from './generatedPeople.js'
import { actorOf, signUp } from './signUp.js'

/** Something that a demo person does in an org. Resolves to false if it is not possible at the moment. */
export type Action = (context: DemoContext, org: DemoOrgState) => Promise<boolean>

const KEPT_INVITES = 120

const messages = [
  'Good to have you with us!',
  'The offsite is in May: see you there.',
  'As discussed. Ping me if anything looks odd.',
  null,
]

export const invite: Action = async (context, org) => {
  const { transact, random } = context
  const admin = await randomAdmin(context, org)
  if (!admin || org.pendingCount >= org.pending) return false
  const { email } = randomPerson(random)
  // Some invites expire within 80 s, so that a visitor sees it.
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

const answerInvite =
  (answer: 'accept' | 'decline'): Action =>
  async (context, org) => {
    if (answer === 'accept' && org.memberCount >= org.members) return false
    const pending = await randomPendingInvite(context, org)
    if (!pending) return false
    const person = await signUp(context.transact, generatedPerson(pending.email))
    const command = { invite: { orgInviteId: pending.id } }
    await context.transact<unknown>((tx) =>
      answer === 'accept' ? acceptOrgInvite(tx, person, command) : declineOrgInvite(tx, person, command),
    )
    return true
  }

const onPendingInvite =
  (action: (context: DemoContext, admin: Person, inviteId: string) => Promise<unknown>): Action =>
  async (context, org) => {
    const [admin, pending] = [await randomAdmin(context, org), await randomPendingInvite(context, org)]
    if (!admin || !pending) return false
    await action(context, actorOf(admin), pending.id)
    return true
  }

const onMember =
  (
    atLeast: number,
    action: (
      context: DemoContext,
      org: DemoOrgState,
      admin: Person,
      member: { userId: string; roles: string[] },
    ) => Promise<unknown>,
  ): Action =>
  async (context, org) => {
    if (org.memberCount < org.members * atLeast) return false
    const [admin, member] = [await randomAdmin(context, org), await randomMember(context, org)]
    if (!admin || !member || admin === member.userId) return false
    await action(context, org, actorOf(admin), member)
    return true
  }

/** A person with an e-mail address in the org's domain signs up, and joins the org by that. */
const joinByDomain: Action = async ({ transact, random }, org) => {
  if (!org.domain || org.memberCount >= org.members) return false
  await signUp(transact, randomPerson(random, [org.domain]))
  return true
}

const deleteOldInvite: Action = async (context, org) => {
  const [admin, ended] = [
    await randomAdmin(context, org),
    await randomEndedInvite(context, org, KEPT_INVITES),
  ]
  if (!admin || !ended) return false
  await context.transact((tx) => deleteOrgInvite(tx, actorOf(admin), ended.id))
  return true
}

/** All actions, each with its weight. */
const weightedActions: readonly (readonly [weight: number, action: Action])[] = [
  [30, invite],
  [24, answerInvite('accept')],
  [7, answerInvite('decline')],
  [4, onPendingInvite(({ transact }, admin, id) => transact((tx) => revokeOrgInvite(tx, admin, id)))],
  [
    4,
    onPendingInvite(({ transact }, admin, id) =>
      transact((tx) => resendOrgInvite(tx, admin, { orgInviteId: id })),
    ),
  ],
  [
    9,
    onMember(0, ({ transact }, org, admin, { userId, roles }) => {
      const change = roles.includes('ADMIN') ? { remove: ['ADMIN' as const] } : { add: ['ADMIN' as const] }
      return transact((tx) => updateOrgUserRoles(tx, admin, { orgId: org.id, userId, ...change }))
    }),
  ],
  [
    8,
    onMember(0.6, ({ transact }, org, _, { userId }) =>
      transact((tx) => leaveOrg(tx, actorOf(userId), org.id)),
    ),
  ],
  [
    5,
    onMember(0.7, ({ transact }, org, admin, { userId }) =>
      transact((tx) => removeOrgUser(tx, admin, org.id, userId)),
    ),
  ],
  [3, joinByDomain],
  [6, deleteOldInvite],
]

/** Runs one random action. Resolves to false if five tries found nothing to do. */
export async function runRandomAction(context: DemoContext, org: DemoOrgState): Promise<boolean> {
  for (let tries = 0; tries < 5; tries++) {
    try {
      if (await pickAction(context.random)(context, org)) return true
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }
  return false
}

function pickAction(random: () => number): Action {
  let left = random() * weightedActions.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, action] of weightedActions) {
    left -= weight
    if (left < 0) return action
  }
  return invite
}
