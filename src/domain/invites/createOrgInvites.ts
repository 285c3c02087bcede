import { setTimeout as delay } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { allOf, ofOneRow } from '../../database/transaction.js'
import type { Actor } from '../core/actor.js'
import { AppRoleNotGrantableError, holdAppRoles, requireAppRank } from '../core/appRole.js'
import { enterOrg } from '../core/enterOrg.js'
import { claim, type KeyedCall, keep, keyedCall } from '../core/idempotency.js'
import { lockOrgIfThere } from '../core/lockOrg.js'
import { requireActive } from '../core/org.js'
import {
  fromKept,
  InvalidInputError,
  type KeptRefusal,
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
  RateLimitedError,
  Refusal,
  RoleNotGrantableError,
  refuseIssues,
  toKept,
} from '../core/refusal.js'
import { requireRank } from '../core/requireRank.js'
import type { Transact, Tx } from '../core/transact.js'
import { decideMail } from './askForMail.js'
import {
  type CreateOrgInviteCommand,
  createOrgInvite,
  type InviteeInput,
  type InviteMade,
} from './createOrgInvite.js'
import { parseTerms } from './inviteTerms.js'
import {
  AlreadyOrgUserError,
  EmailNotConfiguredError,
  type OrgInvite,
  OrgInviteAlreadyPendingError,
  orgInviteColumns,
} from './orgInvite.js'

const MAX_INVITEES = 100

export interface CreateOrgInvitesCommand extends Omit<CreateOrgInviteCommand, 'invitee'> {
  invitees: InviteeInput[]
}

/** What became of one invitee. */
type Result = InviteMade | Refusal

/**
 * Invites many, in the given order, each in its own transaction. If one is refused, the others are still invited.
 * Everything is refused for a reason that concerns all: permission, rank, the terms, the org's status.
 *
 * With an idempotency key the outcome of each invitee is kept in the transaction that invites them. So a repeated call
 * goes on where a server has died, and returns the first call's outcome for all before.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | IdempotencyKeyReusedError | RoleNotGrantableError
 *   | AppRoleNotGrantableError | OrgNotActiveError | EmailNotConfiguredError}
 */
export async function createOrgInvites(
  transact: Transact,
  actor: Actor,
  command: CreateOrgInvitesCommand,
  idempotencyKey?: string | null,
): Promise<Result[]> {
  const compared = { ...command, roles: command.roles ?? ['USER'] }
  const call = idempotencyKey == null ? null : keyedCall(actor, 'createOrgInvites', idempotencyKey, compared)
  const isRepeated = await begin(transact, actor, command, call)
  const { invitees, ...terms } = command
  const results = call && isRepeated ? await recallAll(transact, call, invitees.length) : []
  for (const [index, invitee] of invitees.entries()) {
    if (index < results.length) continue
    const inviteOne = (tx: Tx) => createOrgInvite(tx, actor, { ...terms, invitee })
    results.push(
      await (call ? keepOne(transact, call, index, terms.orgId, inviteOne) : one(transact, index, inviteOne)),
    )
  }
  return results
}

/** @returns whether an earlier call with the same key has begun already */
function begin(
  transact: Transact,
  actor: Actor,
  { invitees, ...terms }: CreateOrgInvitesCommand,
  call: KeyedCall | null,
): Promise<boolean> {
  return transact(async (tx) => {
    const [{ org, authority }, appRoles, earlier] = await allOf([
      enterOrg(tx, actor, terms.orgId, 'INVITE_CREATE'),
      holdAppRoles(tx, terms.appRoleIds),
      call && claim<Outcome[]>(tx, call),
    ])
    const roles = terms.roles ?? ['USER']
    if (earlier !== null) {
      requireRank(authority, roles)
      requireAppRank(authority, appRoles)
      return true
    }
    if (invitees.length < 1 || invitees.length > MAX_INVITEES)
      throw new InvalidInputError([{ path: 'invitees', message: `Must be 1 to ${MAX_INVITEES} at once.` }])
    refuseIssues(parseTerms(terms, org.now, tx.rules).issues)
    requireRank(authority, roles)
    requireAppRank(authority, appRoles)
    requireActive(org)
    decideMail(tx, terms.sendEmail)
    if (call) keep(tx, call, [])
    return false
  })
}

async function one(
  transact: Transact,
  index: number,
  inviteOne: (tx: Tx) => Promise<InviteMade>,
): Promise<Result> {
  try {
    return await transact(inviteOne)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error instanceof InvalidInputError ? amongMany(error, index) : error
  }
}

/** The issues with paths from the root of this input, in which the invitee is one of many. */
function amongMany({ issues }: InvalidInputError, index: number): InvalidInputError {
  return new InvalidInputError(
    issues.map(({ path, message }) => ({ path: path.replace(/^invitee\b/, `invitees.${index}`), message })),
  )
}

/** What became of one invitee, as it is kept with an idempotency key: the id of the invite, or the refusal. */
type Outcome = string | KeptRefusal

/** Why one invitee may be refused. */
export const inviteRefusals = [
  NotFoundError,
  PermissionDeniedError,
  RoleNotGrantableError,
  AppRoleNotGrantableError,
  InvalidInputError,
  AlreadyOrgUserError,
  OrgInviteAlreadyPendingError,
  EmailNotConfiguredError,
  LimitReachedError,
  RateLimitedError,
  OrgNotActiveError,
]

/** `one`, and keeps the outcome. If another call with the same key was faster, its outcome counts. */
async function keepOne(
  transact: Transact,
  call: KeyedCall,
  index: number,
  orgId: string | null,
  inviteOne: (tx: Tx) => Promise<InviteMade>,
): Promise<Result> {
  const result = await one(transact, index, async (tx) => {
    const [, [earlier]] = await allOf([
      orgId === null ? null : lockOrgIfThere(tx, orgId),
      lockOutcomes(tx, call, index),
    ])
    const known = earlier === undefined ? null : await recallOne(tx, earlier)
    if (known instanceof Refusal) throw known
    if (known) return known
    const made = await inviteOne(tx)
    append(tx, call, made.orgInvite.id)
    return made
  })
  if (!(result instanceof Refusal)) return result
  // The refusal has rolled back its transaction, so it needs another one.
  return transact(async (tx) => {
    const [earlier] = await lockOutcomes(tx, call, index)
    if (earlier !== undefined) return recallOne(tx, earlier)
    append(tx, call, toKept(result))
    return result
  })
}

/** The outcomes that are kept, from an index on. No other call can keep one before this transaction ends. */
async function lockOutcomes(tx: Tx, { id }: KeyedCall, from: number): Promise<Outcome[]> {
  const [row] = await tx.query<{ result: Outcome[] }>(
    sql`select result from idempotency_key where id = ${id} for no key update`,
  )
  if (!row) throw new Error('an idempotency key vanished')
  return row.result.slice(from)
}

function append(tx: Tx, { id }: KeyedCall, outcome: Outcome): void {
  const more = JSON.stringify([outcome])
  tx.write(
    ofOneRow(sql`
      update idempotency_key set result = result || ${more}::jsonb, written_at = clock_timestamp()
      where id = ${id}
    `),
  )
}

/** How often a call looks for the outcomes of an earlier one that is still running, ms. */
const LOOK_EVERY_MS = 100
/** An invite takes less time, or fails. So a call that has kept nothing for longer has ended. */
const STALLED = sql`interval '5 seconds'`

/** Waits until an earlier call with the same key has ended. Returns the results that it has kept. */
async function recallAll(transact: Transact, { id }: KeyedCall, count: number): Promise<Result[]> {
  for (;;) {
    const results = await transact(async (tx) => {
      const [row] = await tx.query<{ result: Outcome[]; stalled: boolean }>(sql`
        select result, written_at <= clock_timestamp() - ${STALLED} as stalled from idempotency_key where id = ${id}
      `)
      if (!row) throw new Error('an idempotency key vanished')
      const { result, stalled } = row
      return stalled || result.length >= count ? recalled(tx, result) : null
    })
    if (results) return results
    await delay(LOOK_EVERY_MS)
  }
}

async function recallOne(tx: Tx, outcome: Outcome): Promise<Result> {
  const [result] = await recalled(tx, [outcome])
  return result ?? new NotFoundError()
}

/** The results of outcomes, read again. An invite that was deleted since is NotFoundError. */
async function recalled(tx: Tx, outcomes: readonly Outcome[]): Promise<Result[]> {
  const ids = outcomes.filter((outcome) => typeof outcome === 'string')
  const invites =
    ids.length === 0
      ? []
      : await tx.query<OrgInvite>(
          sql`select ${orgInviteColumns} from org_invite where id = any(${ids}::uuid[])`,
        )
  const byId = new Map(invites.map((invite) => [invite.id, invite]))
  return outcomes.map((outcome) => {
    if (typeof outcome !== 'string') return fromKept(outcome, inviteRefusals)
    const orgInvite = byId.get(outcome)
    return orgInvite ? { orgInvite, acceptUrl: null } : new NotFoundError()
  })
}
