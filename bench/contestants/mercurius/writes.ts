// The mutations as usual for such a server: a transaction with one statement after the other.
import { randomUUID } from 'node:crypto'
import { type Ask, type Row, transact } from './database.js'

const LIMIT = 10_000

function refuseUnless(holds: boolean, why: string): asserts holds {
  if (!holds) throw new Error(why)
}

const lockOrg = async (ask: Ask, org: string): Promise<Row> =>
  (await ask('lock', 'select *, clock_timestamp() as now from org where id = $1 for no key update', [org]))[0]

interface Event {
  kind: 'INVITE' | 'USER'
  type: 'CREATED' | 'ACCEPTED' | 'JOINED'
  actor: string
  roles: string[]
  invite?: string
  status?: string
  previousStatus?: string
  user?: string
  inbox?: string
}

async function record(ask: Ask, org: string, event: Event): Promise<void> {
  const { kind, type, actor, roles, invite, status, previousStatus, user, inbox } = event
  const [{ event_seq: seq }] = await ask(
    `count ${type}`,
    `update org set event_seq = event_seq + 1, ${counts[type]} where id = $1 returning event_seq`,
    [org],
  )
  const [place] = inbox
    ? await ask('inbox', 'update "user" set inbox_seq = inbox_seq + 1 where id = $1 returning inbox_seq', [
        inbox,
      ])
    : []
  await ask(
    'event',
    `insert into org_event (org_id, seq, kind, type, actor_id, occurred_at, org_invite_id, status, previous_status,
      user_id, roles, previous_roles, inbox_user_id, inbox_seq)
    values ($1, $2, $3, $4, $5, clock_timestamp(), $6, $7, $8, $9, $10, '{}', $11, $12)`,
    [org, seq, kind, type, actor, invite, status, previousStatus, user, roles, inbox, place?.inbox_seq],
  )
}

const counts = {
  CREATED: 'pending_count = pending_count + 1, invite_day_count = invite_day_count + 1',
  ACCEPTED: 'pending_count = pending_count - 1, accepted_count = accepted_count + 1',
  JOINED: 'member_count = member_count + 1',
}

export const createInvite = (org: string, actor: string, address: string): Promise<Row> =>
  transact(async (ask) => {
    const locked = await lockOrg(ask, org)
    const [member] = await ask('roles', 'select roles from org_user where org_id = $1 and user_id = $2', [
      org,
      actor,
    ])
    refuseUnless(
      member?.roles.some((role: string) => role !== 'USER'),
      'not permitted',
    )
    refuseUnless(locked.status === 'ACTIVE' && locked.pending_count < LIMIT, 'no room')
    const members = await ask(
      'member by address',
      'select from "user" u join org_user m on m.user_id = u.id and m.org_id = $1 where u.email = $2',
      [org, address],
    )
    refuseUnless(members.length === 0, 'a member already')
    const pending = await ask(
      'pending',
      `select from org_invite where org_id = $1 and email = $2 and status = 'PENDING'`,
      [org, address],
    )
    refuseUnless(pending.length === 0, 'invited already')
    const [inbox] = await ask('whose', 'select id from "user" where email = $1 and email_verified', [address])
    const [invite] = await ask(
      'invite',
      `insert into org_invite (id, org_id, email, invited_by_id, roles, expires_at)
      values ($1, $2, $3, $4, '{USER}', clock_timestamp() + interval '7 days') returning *`,
      [randomUUID(), org, address, actor],
    )
    await record(ask, org, {
      kind: 'INVITE',
      type: 'CREATED',
      actor,
      roles: invite.roles,
      invite: invite.id,
      status: 'PENDING',
      inbox: inbox?.id,
    })
    return invite
  })

export const acceptInvite = (id: string, actor: string): Promise<{ invite: Row; member: Row }> =>
  transact(async (ask) => {
    const [person] = await ask('person', 'select * from "user" where id = $1', [actor])
    const [found] = await ask('org of invite', 'select org_id from org_invite where id = $1', [id])
    refuseUnless(found !== undefined, 'not yours')
    const org = found.org_id
    const locked = await lockOrg(ask, org)
    const [asked] = await ask('invite by id', 'select * from org_invite where id = $1', [id])
    refuseUnless(asked.email === person.email && person.email_verified, 'not yours')
    refuseUnless(locked.status === 'ACTIVE' && locked.member_count < LIMIT, 'no room')
    refuseUnless(asked.status === 'PENDING' && asked.expires_at > locked.now, 'too late')
    const before = await ask('membership', 'select from org_user where org_id = $1 and user_id = $2', [
      org,
      actor,
    ])
    refuseUnless(before.length === 0, 'a member already')
    const [invite] = await ask(
      'accept',
      `update org_invite set status = 'ACCEPTED', resolved_at = clock_timestamp() where id = $1 returning *`,
      [id],
    )
    const [member] = await ask(
      'join',
      `insert into org_user (id, org_id, user_id, roles, origin, invite_id)
      values ($1, $2, $3, $4, 'INVITE', $5) returning *`,
      [randomUUID(), org, actor, invite.roles, id],
    )
    const { roles } = invite
    await record(ask, org, {
      kind: 'INVITE',
      type: 'ACCEPTED',
      actor,
      roles,
      invite: id,
      status: 'ACCEPTED',
      previousStatus: 'PENDING',
      user: actor,
      inbox: actor,
    })
    await record(ask, org, { kind: 'USER', type: 'JOINED', actor, roles, user: actor })
    return { invite, member }
  })
