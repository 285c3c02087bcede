import { columnsOf, type Row } from '../../database/rows.js'
import type { OrgInviteStatus } from '../../generated/prisma/enums.js'
import type { MailProblem } from '../../mail/mailer.js'
import { Refusal, refuseIf, type WhyNot } from '../core/refusal.js'
import type { Email } from '../users/email.js'

/** An invite as an operation reads it. `status` is as stored: ask `statusAt` what it is now. */
export type OrgInvite = Row<'OrgInvite', { email: Email | null; deliveryProblem: MailProblem | null }>

export const orgInviteColumns = columnsOf('OrgInvite')

export type OrgInviteAction = 'accept' | 'decline' | 'revoke' | 'expire' | 'resend' | 'delete'

/** What an action does to an invite: its next status, a new invite that renews it, its deletion, or a refusal. */
export type OrgInviteOutcome = OrgInviteStatus | 'RENEWED' | 'ERASED' | 'REFUSED'

/** The life of an invite (contract §5): the outcome of every action for every status. Operations and tests read it. */
export const orgInviteLife = {
  PENDING: {
    accept: 'ACCEPTED',
    decline: 'DECLINED',
    revoke: 'REVOKED',
    expire: 'EXPIRED',
    resend: 'PENDING',
    delete: 'REFUSED',
  },
  ACCEPTED: {
    accept: 'REFUSED',
    decline: 'REFUSED',
    revoke: 'REFUSED',
    expire: 'REFUSED',
    resend: 'REFUSED',
    delete: 'ERASED',
  },
  DECLINED: {
    accept: 'REFUSED',
    decline: 'REFUSED',
    revoke: 'REFUSED',
    expire: 'REFUSED',
    resend: 'REFUSED',
    delete: 'ERASED',
  },
  REVOKED: {
    accept: 'REFUSED',
    decline: 'REFUSED',
    revoke: 'REFUSED',
    expire: 'REFUSED',
    resend: 'REFUSED',
    delete: 'ERASED',
  },
  EXPIRED: {
    accept: 'REFUSED',
    decline: 'REFUSED',
    revoke: 'REFUSED',
    expire: 'REFUSED',
    resend: 'RENEWED',
    delete: 'ERASED',
  },
} as const satisfies Record<OrgInviteStatus, Record<OrgInviteAction, OrgInviteOutcome>>

/** An invite's status at a time of the database's clock. From `expiresAt` on, PENDING means EXPIRED. */
export function statusAt(invite: Pick<OrgInvite, 'status' | 'expiresAt'>, now: Date): OrgInviteStatus {
  return invite.status === 'PENDING' && invite.expiresAt <= now ? 'EXPIRED' : invite.status
}

/** Whether an action comes too late for an invite. */
export function tooLate(
  action: OrgInviteAction,
  invite: Pick<OrgInvite, 'status' | 'expiresAt'>,
  now: Date,
): WhyNot {
  const status = statusAt(invite, now)
  return orgInviteLife[status][action] === 'REFUSED' ? () => new OrgInviteNotPendingError(status) : null
}

/**
 * What an action does to an invite now.
 * @throws {OrgInviteNotPendingError} with the invite's status, if the action comes too late
 */
export function outcomeOf<Action extends OrgInviteAction>(
  action: Action,
  invite: Pick<OrgInvite, 'status' | 'expiresAt'>,
  now: Date,
) {
  refuseIf(tooLate(action, invite, now))
  return orgInviteLife[statusAt(invite, now)][action] as Exclude<
    (typeof orgInviteLife)[OrgInviteStatus][Action],
    'REFUSED'
  >
}

/** The part of a user that decides which invites are theirs. */
export interface Addressee {
  id: string
  email: string | null
  emailVerified: boolean
}

/** Whether an invite is to a person's address. An invite by user id is for that account only. */
export function isToAddressOf(
  invite: { email: string | null; invitedUserId: string | null },
  person: Addressee,
): boolean {
  return (
    invite.email !== null &&
    invite.email === person.email &&
    (invite.invitedUserId === null || invite.invitedUserId === person.id)
  )
}

/** Whether a person is the invitee without showing a link: it is to their address, and that is verified. */
export function isInvitee(
  invite: { email: string | null; invitedUserId: string | null },
  person: Addressee,
): boolean {
  return person.emailVerified && isToAddressOf(invite, person)
}

export class AlreadyOrgUserError extends Refusal {
  constructor(readonly existingOrgUserId: string) {
    super('They are a member of the org already.')
  }
}

export class OrgInviteAlreadyPendingError extends Refusal {
  constructor(readonly pendingInviteId: string) {
    super('There is a pending invite to this address already: resend or revoke that one.')
  }
}

export class OrgInviteNotPendingError extends Refusal {
  constructor(readonly inviteStatus: OrgInviteStatus) {
    super(`The invite is ${inviteStatus}, so this comes too late.`)
  }
}

export class OrgInviteForAnotherUserError extends Refusal {
  /**
   * @param person the user who is not the invitee
   * @param reason left out for an invite: then it follows from the person
   */
  constructor({ email, ownsEmail }: { email: string | null; ownsEmail: boolean }, reason?: string) {
    super(
      reason ??
        (email === null
          ? 'The invite is for an address, and no address of yours is known here: sign in with one.'
          : ownsEmail
            ? 'The invite is for another address than the one you are signed in with.'
            : 'Another account has proven that this address is its own: sign in with that account.'),
    )
  }
}

/** Only an expired invite can get a new link in this way. */
export class OrgInviteNotExpiredError extends Refusal {
  constructor(readonly inviteStatus: OrgInviteStatus) {
    super(`The invite is ${inviteStatus}. A new link can be asked for once it is EXPIRED.`)
  }
}

export class EmailNotConfiguredError extends Refusal {
  constructor() {
    super('This server sends no e-mail: leave sendEmail out, or configure SMTP_URL.')
  }
}
