import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { insertRow } from '../../database/rows.js'
import { allOf } from '../../database/transaction.js'
import { type Actor, eventActorOf, theServer } from '../core/actor.js'
import { countOneSql, type Day, refuseAbove } from '../core/dailyLimit.js'
import { lockOrgWithAuthority } from '../core/enterOrg.js'
import { joinOrg } from '../core/joinOrg.js'
import type { OrgUser } from '../core/membership.js'
import { parseMessage } from '../core/message.js'
import { InvalidInputError, NotFoundError, refuseIf } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { orgByAddress } from '../emailDomains/orgByAddress.js'
import { whyNotAsk } from './joinRequestActions.js'
import { MAX_REQUEST_MESSAGE, type OrgJoinRequest, orgJoinRequestColumns } from './orgJoinRequest.js'

/** The most requests of one person a day, in all orgs. Withdrawn ones count, and refused calls don't. */
const JOIN_REQUESTS_PER_DAY = 10

export interface RequestToJoinOrgCommand {
  orgId: string | null
  message?: string | null | undefined
}

export interface Requested {
  orgJoinRequest: OrgJoinRequest
  /** The new membership, if the domain's mode is AUTO. */
  orgUser: OrgUser | null
}

/**
 * Asks to join the org that has the domain of the person's verified address. If the domain's mode is AUTO, the server
 * approves the request at once. Only for people. A pending invite to them stays.
 * @throws {NotFoundError} if the person may not join the org by their address, and is no member
 * @throws {InvalidInputError | OrgNotActiveError | OrgUserSuspendedError | AlreadyOrgUserError
 *   | OrgJoinRequestAlreadyPendingError | RateLimitedError | LimitReachedError}
 */
export async function requestToJoinOrg(
  tx: Tx,
  actor: Actor,
  { orgId, message }: RequestToJoinOrgCommand,
): Promise<Requested> {
  if (actor.kind !== 'person') throw new NotFoundError()
  const { userId } = actor
  const [{ org, self, suspended }, byAddress, earlier, day] = await allOf([
    lockOrgWithAuthority(tx, actor, orgId),
    orgByAddress(tx, userId),
    findObstacles(tx, orgId, userId),
    countRequest(tx, userId),
  ])
  const member = self ?? suspended
  const mode = byAddress?.orgId === org.id ? byAddress.joinMode : null
  if (!mode && !member) throw new NotFoundError()
  const text = parseMessage(message, MAX_REQUEST_MESSAGE)
  if (!text.ok) throw new InvalidInputError([{ path: 'message', message: text.message }])
  refuseIf(whyNotAsk(org, member, earlier, org.now))
  refuseAbove(JOIN_REQUESTS_PER_DAY, day, org.now, 'requests to join orgs')

  const isApproved = mode === 'AUTO'
  const orgJoinRequest: OrgJoinRequest = {
    id: uuidv7(),
    orgId: org.id,
    userId,
    message: text.value,
    status: isApproved ? 'APPROVED' : 'PENDING',
    createdAt: org.now,
    resolvedAt: isApproved ? org.now : null,
    resolvedById: null,
  }
  const by = eventActorOf(actor)
  tx.write(insertRow('OrgJoinRequest', orgJoinRequest))
  tx.record(org, by, { kind: 'JOIN_REQUEST', type: 'REQUESTED', request: orgJoinRequest })
  if (!isApproved) return { orgJoinRequest, orgUser: null }
  tx.record(org, theServer, { kind: 'JOIN_REQUEST', type: 'APPROVED', request: orgJoinRequest })
  const orgUser = joinOrg(tx, org, by, { userId, roles: ['USER'], origin: 'EMAIL_DOMAIN', inviteId: null })
  return { orgJoinRequest, orgUser }
}

/**
 * The person's requests to an org that can prevent another one: the pending one, and those declined not long ago.
 * `whyNotAsk` looks at the time exactly.
 */
function findObstacles(tx: Tx, orgId: string | null, userId: string): Promise<OrgJoinRequest[]> {
  return tx.query(sql`
    select ${orgJoinRequestColumns} from org_join_request
    where org_id = ${orgId} and user_id = ${userId} and status = 'PENDING'
    union all
    select ${orgJoinRequestColumns} from org_join_request
    where org_id = ${orgId} and user_id = ${userId} and status = 'DECLINED'
      and resolved_at > clock_timestamp() - interval '25 hours'
  `)
}

/** Counts one more request of a person. A refusal rolls it back. */
async function countRequest(tx: Tx, userId: string): Promise<Day> {
  const next = countOneSql({ start: sql`day.start`, count: sql`day.count` }, sql`excluded.start`)
  const [day] = await tx.query<Day>(sql`
    insert into user_join_request_day as day (user_id, start, count)
    values (${userId}, date_trunc('milliseconds', clock_timestamp()), 1)
    on conflict (user_id) do update set start = ${next.start}, count = ${next.count}
    returning start, count
  `)
  if (!day) throw new Error('an insert returned no row')
  return day
}
