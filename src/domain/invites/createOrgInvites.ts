import type { Actor } from '../core/actor.js'
import { enterOrg } from '../core/enterOrg.js'
import { requireActive } from '../core/org.js'
import { InvalidInputError, Refusal, refuseIssues } from '../core/refusal.js'
import { requireRank } from '../core/requireRank.js'
import type { Transact } from '../core/transact.js'
import { decideMail } from './askForMail.js'
import {
  type CreateOrgInviteCommand,
  createOrgInvite,
  type InviteeInput,
  type InviteMade,
} from './createOrgInvite.js'
import { parseTerms } from './inviteTerms.js'

const MAX_INVITEES = 100

export interface CreateOrgInvitesCommand extends Omit<CreateOrgInviteCommand, 'invitee'> {
  invitees: InviteeInput[]
}

/**
 * Invites many, in the given order, each in its own transaction. If one is refused, the others are still invited.
 * Everything is refused for a reason that concerns all: permission, rank, the terms, the org's status.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError | OrgNotActiveError
 *   | EmailNotConfiguredError}
 */
export async function createOrgInvites(
  transact: Transact,
  actor: Actor,
  { invitees, ...terms }: CreateOrgInvitesCommand,
): Promise<Array<InviteMade | Refusal>> {
  await transact(async (tx) => {
    const { org, authority } = await enterOrg(tx, actor, terms.orgId, 'INVITE_CREATE')
    if (invitees.length < 1 || invitees.length > MAX_INVITEES)
      throw new InvalidInputError([{ path: 'invitees', message: `Must be 1 to ${MAX_INVITEES} at once.` }])
    const parsed = parseTerms(terms, org.now)
    refuseIssues(parsed.issues)
    requireRank(authority, parsed.terms.roles ?? ['USER'])
    requireActive(org)
    decideMail(tx, terms.sendEmail)
  })
  const results: Array<InviteMade | Refusal> = []
  for (const [index, invitee] of invitees.entries()) {
    try {
      results.push(await transact((tx) => createOrgInvite(tx, actor, { ...terms, invitee })))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      results.push(error instanceof InvalidInputError ? amongMany(error, index) : error)
    }
  }
  return results
}

/** The issues with paths from the root of this input, in which the invitee is one of many. */
function amongMany({ issues }: InvalidInputError, index: number): InvalidInputError {
  return new InvalidInputError(
    issues.map(({ path, message }) => ({ path: path.replace(/^invitee\b/, `invitees.${index}`), message })),
  )
}
