import type { OrgRoleName, OrgStatus, Permission } from '../../generated/prisma/enums.js'
import type { InputIssue } from './inputIssue.js'

/**
 * Something that the person using the client can act on. Thrown by an operation, it rolls the transaction
 * back and becomes the member of the mutation's union that bears the class's name.
 */
export abstract class Refusal extends Error {
  constructor(message: string) {
    super(message)
    this.name = new.target.name
  }
}

/** There is no such thing, or the actor may not know of it; the two look alike. */
export class NotFoundError extends Refusal {
  constructor(what = 'There is nothing here by that id, or it is not yours to see.') {
    super(what)
  }
}

export class PermissionDeniedError extends Refusal {
  constructor(readonly permission: Permission) {
    super(`This needs the permission ${permission}, which you do not have here.`)
  }
}

export class RoleNotGrantableError extends Refusal {
  constructor(readonly role: OrgRoleName) {
    super(
      `The role ${role} is above yours: only someone of that rank may grant it, take it away or act on it.`,
    )
  }
}

export class InvalidInputError extends Refusal {
  constructor(readonly issues: InputIssue[]) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join(' '))
  }
}

/** @throws {InvalidInputError} naming every issue, where there is one */
export function refuseIssues(issues: InputIssue[]): void {
  if (issues.length > 0) throw new InvalidInputError(issues)
}

export class OrgNotActiveError extends Refusal {
  constructor(readonly orgStatus: OrgStatus) {
    super(`The org is ${orgStatus}, so nothing can be added or changed in it.`)
  }
}

export class LimitReachedError extends Refusal {
  constructor(
    readonly limit: number,
    what: string,
    whose = 'The org',
  ) {
    super(`${whose} has reached its limit of ${limit} ${what}.`)
  }
}

export class RateLimitedError extends Refusal {
  constructor(
    readonly retryAfterSeconds: number,
    what: string,
  ) {
    super(`Too many ${what} for one day. Try again in ${retryAfterSeconds} seconds.`)
  }
}
