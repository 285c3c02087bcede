import type { Pool } from 'pg'

/** The state of an org, from its rows or from its events. */
export interface OrgState {
  /** Roles and keys of app roles of every member, by user. */
  members: Record<string, string[]>
  /** The users who are suspended, sorted. */
  suspended: string[]
  /** Status of every join request that is not erased. */
  requests: Record<string, string>
  /** Stored status and roles of every invite that is not deleted. */
  invites: Record<string, { status: string; roles: string[] }>
  counts: Record<(typeof countNames)[number], number>
}

const countNames = ['member', 'suspended', 'pending', 'accepted', 'declined', 'revoked', 'expired'] as const

export interface SnapshotEvent {
  seq: number
  kind: 'INVITE' | 'USER' | 'CHANGE' | 'JOIN_REQUEST'
  type: string
  occurredAt: Date
  inviteId: string | null
  status: string | null
  previousStatus: string | null
  userId: string | null
  roles: string[]
  previousRoles: string[]
  requestId: string | null
}

export interface OrgSnapshot {
  /** The state from the rows. */
  state: OrgState
  /** The counters in the org's row. */
  counters: OrgState['counts']
  eventSeq: number
  status: string
  events: SnapshotEvent[]
  pendingEmails: string[]
  /** The users with a pending join request. */
  pendingAskers: string[]
}

/** Reads an org's rows and its whole history at one instant. Undefined if the org is deleted. */
export async function readSnapshot(pool: Pool, orgId: string): Promise<OrgSnapshot | undefined> {
  const { rows } = await pool.query<{
    snapshot: Omit<OrgSnapshot, 'counters'> & { counters: Record<string, number> }
  }>(
    `select json_build_object(
      'status', org.status,
      'eventSeq', org.event_seq,
      'counters', json_build_object(
        'member', member_count, 'suspended', suspended_count, 'pending', pending_count, 'accepted', accepted_count,
        'declined', declined_count, 'revoked', revoked_count, 'expired', expired_count),
      'state', json_build_object(
        'members', coalesce((select json_object_agg(user_id, roles::text[] || app_roles) from org_user where org_id = org.id), '{}'),
        'suspended', coalesce((select json_agg(user_id order by user_id) from org_user
          where org_id = org.id and status = 'SUSPENDED'), '[]'),
        'requests', coalesce((select json_object_agg(id, status) from org_join_request where org_id = org.id), '{}'),
        'invites', coalesce((select json_object_agg(id, json_build_object('status', status, 'roles', roles))
          from org_invite where org_id = org.id), '{}')),
      'pendingAskers', coalesce((select json_agg(user_id) from org_join_request
        where org_id = org.id and status = 'PENDING'), '[]'),
      'pendingEmails', coalesce((select json_agg(email) from org_invite
        where org_id = org.id and status = 'PENDING'), '[]'),
      'events', coalesce((select json_agg(json_build_object(
          'seq', seq, 'kind', kind, 'type', type, 'occurredAt', occurred_at, 'inviteId', org_invite_id,
          'status', e.status, 'previousStatus', previous_status, 'userId', case when kind = 'USER' then user_id end,
          'requestId', case when kind = 'JOIN_REQUEST' then subject_id end,
          'roles', roles::text[] || app_roles, 'previousRoles', previous_roles::text[] || previous_app_roles)
          order by seq)
        from org_event e where org_id = org.id), '[]')
    ) as snapshot from org where id = $1`,
    [orgId],
  )
  const snapshot = rows[0]?.snapshot
  if (!snapshot) return undefined
  const { members, suspended, requests, invites } = snapshot.state
  return {
    ...snapshot,
    counters: snapshot.counters as OrgState['counts'],
    state: { members, suspended, requests, invites, counts: count({ members, suspended, invites }) },
    events: snapshot.events.map((event) => ({ ...event, occurredAt: new Date(event.occurredAt) })),
  }
}

/** The state of an org that follows from its events. */
export function replay(events: readonly SnapshotEvent[]): OrgState {
  const members: OrgState['members'] = {}
  const suspended = new Set<string>()
  const invites: OrgState['invites'] = {}
  const requests: OrgState['requests'] = {}
  for (const { kind, type, userId, inviteId, requestId, status, roles } of events) {
    if (kind === 'JOIN_REQUEST' && requestId !== null)
      requests[requestId] = type === 'REQUESTED' ? 'PENDING' : type
    if (kind === 'USER' && userId !== null) {
      if (type === 'REMOVED' || type === 'LEFT') delete members[userId]
      else members[userId] = roles
      if (type === 'SUSPENDED') suspended.add(userId)
      else if (type !== 'ROLES_CHANGED') suspended.delete(userId)
    }
    if (kind === 'INVITE' && inviteId !== null && status !== null) {
      if (type === 'DELETED') delete invites[inviteId]
      else invites[inviteId] = { status, roles }
    }
  }
  const state = { members, suspended: [...suspended].sort(), requests, invites }
  return { ...state, counts: count(state) }
}

function count({ members, suspended, invites }: Omit<OrgState, 'counts' | 'requests'>): OrgState['counts'] {
  const of = (status: string) => Object.values(invites).filter((invite) => invite.status === status).length
  return {
    member: Object.keys(members).length,
    suspended: suspended.length,
    pending: of('PENDING'),
    accepted: of('ACCEPTED'),
    declined: of('DECLINED'),
    revoked: of('REVOKED'),
    expired: of('EXPIRED'),
  }
}

export interface OrgLimits {
  seats: number
  pendingInvites: number
}

/** The rules that an org breaks. Empty if it breaks none. */
export function violationsOf(snapshot: OrgSnapshot, limits?: OrgLimits): string[] {
  const { state, counters, events, eventSeq, pendingEmails, pendingAskers } = snapshot
  const replayed = replay(events)
  const wrong: string[] = []
  const must = (holds: boolean, what: string) => void (holds || wrong.push(what))
  const same = (one: unknown, other: unknown) => canonical(one) === canonical(other)
  must(events.length === eventSeq && events.every(({ seq }, index) => seq === index + 1), 'seq is not dense')
  must(
    events.every((event, index) => index === 0 || event.occurredAt >= (events[index - 1]?.occurredAt ?? 0)),
    'occurredAt goes back',
  )
  must(same(replayed.members, state.members), 'a replay of the events gives other members')
  must(same(replayed.suspended, state.suspended), 'a replay of the events suspends other members')
  must(same(replayed.invites, state.invites), 'a replay of the events gives other invites')
  must(
    Object.entries(state.requests).every(([id, status]) => replayed.requests[id] === status),
    'a replay of the events gives other join requests',
  )
  must(same(counters, state.counts), `counts ${canonical(counters)} of ${canonical(state.counts)}`)
  must(events.every(follows(events)), 'an event does not follow from the one before')
  must(new Set(pendingAskers).size === pendingAskers.length, 'two pending requests of one person')
  must(new Set(pendingEmails).size === pendingEmails.length, 'two pending invites to one address')
  must(
    Object.entries(state.members).some(
      ([userId, roles]) => roles.includes('OWNER') && !state.suspended.includes(userId),
    ),
    'no owner is left who is not suspended',
  )
  must(!limits || state.counts.member - state.counts.suspended <= limits.seats, 'more members than seats')
  must(!limits || state.counts.pending <= limits.pendingInvites, 'more pending invites than allowed')
  return wrong
}

/**
 * Checks that the previous state in an event is the state in the event before it about the same
 * object.
 */
function follows(events: readonly SnapshotEvent[]) {
  const statuses = new Map<string, string>()
  const roles = new Map<string, string[]>()
  const broken = new Set<SnapshotEvent>()
  for (const event of events) {
    if (event.kind === 'INVITE' && event.inviteId && event.status) {
      if (event.previousStatus !== (statuses.get(event.inviteId) ?? null)) broken.add(event)
      statuses.set(event.inviteId, event.status)
    }
    if (event.kind === 'USER' && event.userId) {
      if (String(event.previousRoles) !== String(roles.get(event.userId) ?? [])) broken.add(event)
      roles.set(event.userId, event.roles)
    }
  }
  return (event: SnapshotEvent) => !broken.has(event)
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  )
}

/** The UUID in a global id. */
export function uuidOf(globalId: string): string {
  return Buffer.from(globalId, 'base64').toString('latin1').split(':')[1] ?? ''
}
