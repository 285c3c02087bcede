import type { OrgRoleName, OrgStatus, Permission } from '../../generated/prisma/enums.js'
import type { InputIssue } from './inputIssue.js'

/**
 * A reason that the person who uses the client can act on. An operation throws it. Then the transaction is rolled back,
 * and the mutation returns the member of its union that has the name of the class.
 */
export abstract class Refusal extends Error {
  constructor(message: string) {
    super(message)
    this.name = new.target.name
  }
}

/** A refusal as JSON, to make the same one of it later. */
export interface KeptRefusal {
  name: string
  message: string
  [field: string]: unknown
}

export function toKept(refusal: Refusal): KeptRefusal {
  return { ...refusal, name: refusal.name, message: refusal.message }
}

/** @param classes every refusal that was kept is of one of them */
export function fromKept(
  { name, ...fields }: KeptRefusal,
  // biome-ignore lint/suspicious/noExplicitAny: the constructors differ in their arguments, and none is called
  classes: ReadonlyArray<new (...args: any[]) => Refusal>,
): Refusal {
  const kind = classes.find((one) => one.name === name)
  if (!kind) throw new Error(`a kept refusal of the unknown class ${name}`)
  return Object.assign(Object.create(kind.prototype), { name, ...fields })
}

/**
 * Why something may not be done, or null if it may. It makes the refusal only when it is called, because an error
 * costs more than the check: a page of invites asks for each of them what the viewer can do.
 */
export type WhyNot = (() => Refusal) | null

/** @throws {Refusal} if there is one */
export function refuseIf(whyNot: WhyNot): void {
  if (whyNot) throw whyNot()
}

/** There is no such thing, or the actor may not know of it. Both look the same. */
export class NotFoundError extends Refusal {
  constructor(what = 'There is nothing here by that id, or it is not yours to see.') {
    super(what)
  }
}

export class PermissionDeniedError extends Refusal {
  constructor(
    readonly permission: Permission,
    message = `This needs the permission ${permission}, which you do not have here.`,
  ) {
    super(message)
  }
}

export function lacksPermission(permissions: ReadonlySet<Permission>, permission: Permission): WhyNot {
  return permissions.has(permission) ? null : () => new PermissionDeniedError(permission)
}

export class RoleNotGrantableError extends Refusal {
  constructor(
    readonly role: OrgRoleName,
    message = `The role ${role} is above yours: only someone of that rank may grant it, take it away or act on it.`,
  ) {
    super(message)
  }
}

export class InvalidInputError extends Refusal {
  constructor(readonly issues: InputIssue[]) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join(' '))
  }
}

/** @throws {InvalidInputError} with all issues, if there are any */
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
    span: 'day' | 'minute' = 'day',
  ) {
    super(`Too many ${what} for one ${span}. Try again in ${retryAfterSeconds} seconds.`)
  }
}
