import { useCallback, useState } from 'react'
import type { Outcome, PayloadOf } from '../api/outcome.js'
import type { Invite, Member, Role } from '../api/types.js'
import {
  AcceptInviteDocument,
  type AcceptInviteMutation,
  ChangeRolesDocument,
  type ChangeRolesMutation,
  DeclineInviteDocument,
  type DeclineInviteMutation,
  ReinstateMemberDocument,
  type ReinstateMemberMutation,
  RemoveMemberDocument,
  type RemoveMemberMutation,
  RequestRenewalDocument,
  type RequestRenewalMutation,
  ResendInviteDocument,
  type ResendInviteMutation,
  RevokeInviteDocument,
  type RevokeInviteMutation,
  SuspendMemberDocument,
  type SuspendMemberMutation,
  UpdateOrgDocument,
  type UpdateOrgMutation,
} from '../generated/documents.js'
import type { Connection } from '../store/connection.js'
import { useConnection } from './provider.js'

export interface ActionState<Payload> {
  readonly isPending: boolean
  /** What became of the last run. Null before the first one has ended, and after `reset`. */
  readonly outcome: Outcome<Payload> | null
  reset(): void
}

/** Runs the action. The promise never rejects: a refusal is a value. */
export type Action<Input extends unknown[], Payload> = readonly [
  run: (...input: Input) => Promise<Outcome<Payload>>,
  state: ActionState<Payload>,
]

export type Act<Input extends unknown[], Payload> = (
  connection: Connection,
  ...input: Input
) => Promise<Outcome<Payload>>

export function useAction<Input extends unknown[], Payload>(
  act: Act<Input, Payload>,
): Action<Input, Payload> {
  const connection = useConnection()
  const [running, setRunning] = useState(0)
  const [outcome, setOutcome] = useState<Outcome<Payload> | null>(null)
  const run = useCallback(
    async (...input: Input) => {
      setRunning((count) => count + 1)
      const result = await act(connection, ...input)
      setRunning((count) => count - 1)
      setOutcome(result)
      return result
    },
    [connection, act],
  )
  const reset = useCallback(() => setOutcome(null), [])
  return [run, { isPending: running > 0, outcome, reset }]
}

/**
 * Shows a change at once, and runs the mutation. If it is done, `learn` shows the answer in place of the change. If not,
 * the change is taken back.
 */
export async function optimistically<Payload>(
  takeBack: () => void,
  result: Promise<Outcome<Payload>>,
  learn: (payload: Payload) => void,
): Promise<Outcome<Payload>> {
  const outcome = await result
  if (outcome.kind === 'done') learn(outcome.payload)
  takeBack()
  return outcome
}

/** The link's token of an invite, or its id, if the signed-in user has the address verified. */
export type InviteRef = { readonly orgInviteId: string } | { readonly token: string }

/** Shows an invite with another status, and its answer when that is there. */
function answering<Payload extends { orgInvite: Invite }>(
  connection: Connection,
  id: string | null,
  change: (invite: Invite) => Invite,
  result: Promise<Outcome<Payload>>,
) {
  const takeBack = id === null ? () => {} : connection.pendingInvites.change(id, change)
  return optimistically(takeBack, result, ({ orgInvite }) => connection.learnInvite(orgInvite))
}

const idOf = (ref: InviteRef) => ('orgInviteId' in ref ? ref.orgInviteId : null)

const accept: Act<[ref: InviteRef], PayloadOf<AcceptInviteMutation>> = async (connection, ref) => {
  const result = connection.mutate(AcceptInviteDocument, { invite: ref })
  const outcome = await answering(connection, idOf(ref), (held) => ({ ...held, status: 'ACCEPTED' }), result)
  if (outcome.kind === 'done') {
    connection.reloadViewer()
    connection.reloadOrg(outcome.payload.orgUser.org.id)
  }
  return outcome
}
/** Accepts an invite to the signed-in user. */
export const useAccept = () => useAction(accept)

const decline: Act<[ref: InviteRef], PayloadOf<DeclineInviteMutation>> = (connection, ref) =>
  answering(
    connection,
    idOf(ref),
    (held) => ({ ...held, status: 'DECLINED' }),
    connection.mutate(DeclineInviteDocument, { invite: ref }),
  )
/** Declines an invite to the signed-in user. */
export const useDecline = () => useAction(decline)

const revoke: Act<[inviteId: string], PayloadOf<RevokeInviteMutation>> = (connection, orgInviteId) =>
  answering(
    connection,
    orgInviteId,
    (held) => ({ ...held, status: 'REVOKED', viewerCanRevoke: false, viewerCanResend: false }),
    connection.mutate(RevokeInviteDocument, { orgInviteId }),
  )
/** Revokes an invite of an org. */
export const useRevoke = () => useAction(revoke)

const resend: Act<[inviteId: string], PayloadOf<ResendInviteMutation>> = (connection, orgInviteId) =>
  answering(
    connection,
    orgInviteId,
    (held) => ({ ...held, delivery: 'QUEUED' }),
    connection.mutate(ResendInviteDocument, { orgInviteId }),
  )
/** Sends the mail of an invite again, with a new link. */
export const useResend = () => useAction(resend)

const requestRenewal: Act<[token: string], PayloadOf<RequestRenewalMutation>> = (connection, token) =>
  connection.mutate(RequestRenewalDocument, { token })
/** Asks for a new link of an invite that has expired, once a day. Whoever has the old link may do so, signed in or not. */
export const useRequestRenewal = () => useAction(requestRenewal)

const ranks: readonly Role[] = ['USER', 'ADMIN', 'OWNER']

/** Shows a change of a member, and the member of the answer when that is there. */
function changing<Payload extends { orgUser: Member | null }>(
  connection: Connection,
  { id }: Member,
  change: Partial<Member>,
  result: Promise<Outcome<Payload>>,
) {
  return optimistically(
    connection.pendingMembers.change(id, (held) => ({ ...held, ...change })),
    result,
    ({ orgUser }) => connection.learnMember(id, orgUser),
  )
}

const changeRoles: Act<[orgId: string, member: Member, role: Role], PayloadOf<ChangeRolesMutation>> = (
  connection,
  orgId,
  member,
  role,
) => {
  // Lower roles stay: they give nothing more, and taking them away would be a change that nobody asked for.
  const remove = member.roles.filter((held) => ranks.indexOf(held) > ranks.indexOf(role))
  const roles = [...member.roles.filter((held) => held !== role && !remove.includes(held)), role]
  const input = { orgId, userId: member.user.id, add: [role], remove }
  return changing(connection, member, { roles }, connection.mutate(ChangeRolesDocument, input))
}
/** Makes a role the highest of a member. */
export const useChangeRoles = () => useAction(changeRoles)

const remove: Act<[orgId: string, member: Member], PayloadOf<RemoveMemberMutation>> = (
  connection,
  orgId,
  member,
) =>
  optimistically(
    connection.pendingMembers.change(member.id, () => null),
    connection.mutate(RemoveMemberDocument, { orgId, userId: member.user.id }),
    () => connection.learnMember(member.id, null),
  )
/** Removes a member from an org. */
export const useRemove = () => useAction(remove)

const suspend: Act<[orgId: string, member: Member], PayloadOf<SuspendMemberMutation>> = (
  connection,
  orgId,
  member,
) => {
  const change = { status: 'SUSPENDED', viewerCanSuspend: false } as const
  const result = connection.mutate(SuspendMemberDocument, { orgId, userId: member.user.id })
  return changing(connection, member, change, result)
}
/** Suspends a member: they keep their roles, and have no rights. */
export const useSuspend = () => useAction(suspend)

const reinstate: Act<[orgId: string, member: Member], PayloadOf<ReinstateMemberMutation>> = (
  connection,
  orgId,
  member,
) => {
  const change = { status: 'ACTIVE', viewerCanSuspend: member.viewerCanRemove } as const
  const result = connection.mutate(ReinstateMemberDocument, { orgId, userId: member.user.id })
  return changing(connection, member, change, result)
}
/** Ends the suspension of a member. */
export const useReinstate = () => useAction(reinstate)

const updateOrg: Act<
  [orgId: string, profile: { name?: string; slug?: string; logoUrl?: string | null }],
  PayloadOf<UpdateOrgMutation>
> = async (connection, orgId, profile) => {
  const outcome = await connection.mutate(UpdateOrgDocument, { orgId, ...profile })
  if (outcome.kind === 'done') {
    connection.org(orgId).change(() => outcome.payload.org)
    connection.reloadViewer()
  }
  return outcome
}
/** Changes the profile of an org. */
export const useUpdateOrg = () => useAction(updateOrg)
