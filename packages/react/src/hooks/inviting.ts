import { type Outcome, outcomeOf, type PayloadOf } from '../api/outcome.js'
import type { Invite, Role } from '../api/types.js'
import {
  CreateInviteDocument,
  type CreateInviteMutation,
  CreateInvitesDocument,
} from '../generated/documents.js'
import type { Connection } from '../store/connection.js'
import { type Act, optimistically, useAction } from './actions.js'

/** What new invites give, apart from whom they are for. */
export interface InviteOptions {
  /** @default ['USER'] */
  readonly roles?: readonly Role[]
  /** Ids of roles of the host application. */
  readonly appRoleIds?: readonly string[]
  /** A note in the mail, at most 1,000 characters. */
  readonly message?: string
  /** The end, in ISO 8601. Without it the server's usual time, which is 7 days if its operator has set no other. */
  readonly expiresAt?: string
  /** The language of the mails, a BCP 47 tag. Without it the server's. */
  readonly locale?: string
  /** False: no mail is sent, and the answer has the link. Without it a mail is sent if the server can. */
  readonly sendEmail?: boolean
}

/** The new invite, and its link if no mail is sent. */
type Created = PayloadOf<CreateInviteMutation>

function newRow(email: string, { roles = ['USER'], message, expiresAt }: InviteOptions): Invite {
  const now = new Date()
  return {
    id: `new:${email}:${now.getTime()}`,
    orgName: '',
    email,
    invitedUser: null,
    invitedBy: null,
    roles,
    status: 'PENDING',
    message: message ?? null,
    createdAt: now.toISOString(),
    // It is known with the answer. The server's usual choice is seven days.
    expiresAt: expiresAt ?? new Date(now.getTime() + 7 * 86_400_000).toISOString(),
    delivery: 'QUEUED',
    viewerCanAccept: false,
    viewerCanDecline: false,
    viewerCanRevoke: false,
    viewerCanResend: false,
  }
}

/** Shows invites in the lists before the server has answered. */
function showNew(
  { pendingInvites }: Connection,
  orgId: string,
  emails: readonly string[],
  options: InviteOptions,
): () => void {
  const takeBack = emails.map((email) => pendingInvites.insert(orgId, newRow(email, options)))
  return () => {
    for (const each of takeBack) each()
  }
}

const invite: Act<[orgId: string, invitee: InviteOptions & { readonly email: string }], Created> = (
  connection,
  orgId,
  { email, ...options },
) =>
  optimistically(
    showNew(connection, orgId, [email], options),
    connection.mutate(CreateInviteDocument, { orgId, invitee: { email }, ...options }),
    ({ orgInvite }) => connection.addInvite(orgId, orgInvite),
  )

/** Invites somebody to an org by e-mail. The invite is in the lists at once. */
export const useInvite = () => useAction(invite)

const inviteMany: Act<
  [orgId: string, emails: readonly string[], options?: InviteOptions],
  readonly Outcome<Created>[]
> = (connection, orgId, emails, options = {}) => {
  const invitees = emails.map((email) => ({ email }))
  const answer = connection.mutate(CreateInvitesDocument, { orgId, invitees, ...options })
  return optimistically(
    showNew(connection, orgId, emails, options),
    answer.then((outcome) =>
      outcome.kind === 'done'
        ? {
            kind: 'done',
            // Each is refused for the same reasons as an invite of its own.
            payload: outcome.payload.results.map((each) => outcomeOf<Created>('createOrgInvite', each)),
          }
        : outcome,
    ),
    (outcomes) => {
      for (const each of outcomes)
        if (each.kind === 'done') connection.addInvite(orgId, each.payload.orgInvite)
    },
  )
}

/** Invites up to 100 addresses with one request. If it is done, there is an outcome for each of them, in their order. */
export const useInviteMany = () => useAction(inviteMany)
