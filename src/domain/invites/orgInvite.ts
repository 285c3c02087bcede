import { columnsOf, type Row } from '../../database/rows.js'
import type { OrgInviteStatus } from '../../generated/prisma/enums.js'
import type { MailProblem } from '../../mail/mailer.js'
import { Refusal } from '../core/refusal.js'
import type { Email } from '../users/email.js'

/** An invite as an operation reads it. `status` is as stored: ask `statusAt` what it is now. */
export type OrgInvite = Row<'OrgInvite', { email: Email; deliveryProblem: MailProblem | null }>

export const orgInviteColumns = columnsOf('OrgInvite')

export type OrgInviteAction = 'accept' | 'decline' | 'revoke' | 'expire' | 'resend' | 'delete'

/** What an action makes of an invite: its next status, a new invite that renews it, its end, or a refusal. */
export type OrgInviteOutcome = OrgInviteStatus | 'RENEWED' | 'ERASED' | 'REFUSED'

/** The life of an invite (contract §5): every action on every status. Operations and tests both read it. */
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

/** What an invite's status is at a time of the database's clock: from `expiresAt` on, PENDING is EXPIRED. */
export function statusAt(invite: Pick<OrgInvite, 'status' | 'expiresAt'>, now: Date): OrgInviteStatus {
  return invite.status === 'PENDING' && invite.expiresAt <= now ? 'EXPIRED' : invite.status
}

/**
 * What an action makes of an invite now.
 * @throws {OrgInviteNotPendingError} with the status that won, where the action comes too late
 */
export function outcomeOf<Action extends OrgInviteAction>(
  action: Action,
  invite: Pick<OrgInvite, 'status' | 'expiresAt'>,
  now: Date,
) {
  const status = statusAt(invite, now)
  const outcome = orgInviteLife[status][action]
  if (outcome === 'REFUSED') throw new OrgInviteNotPendingError(status)
  return outcome as Exclude<(typeof orgInviteLife)[OrgInviteStatus][Action], 'REFUSED'>
}

/** Somebody as far as an invite's address is concerned. */
export interface Addressee {
  id: string
  email: string | null
  emailVerified: boolean
}

/** Whether an invite bears a person's address; one by user id is for that account alone. */
export function bearsAddressOf(
  invite: { email: string; invitedUserId: string | null },
  person: Addressee,
): boolean {
  return (
    invite.email === person.email && (invite.invitedUserId === null || invite.invitedUserId === person.id)
  )
}

/** Whether an invite is a person's without a link: the address is theirs, and proven. */
export function isInvitee(
  invite: { email: string; invitedUserId: string | null },
  person: Addressee,
): boolean {
  return person.emailVerified && bearsAddressOf(invite, person)
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
  /** @param person who is not its invitee */
  constructor({ email, ownsEmail }: { email: string | null; ownsEmail: boolean }) {
    super(
      email === null
        ? 'The invite is for an address, and no address of yours is known here: sign in with one.'
        : ownsEmail
          ? 'The invite is for another address than the one you are signed in with.'
          : 'Another account has proven that this address is its own: sign in with that account.',
    )
  }
}

export class EmailNotConfiguredError extends Refusal {
  constructor() {
    super('This server sends no e-mail: leave sendEmail out, or configure SMTP_URL.')
  }
}
