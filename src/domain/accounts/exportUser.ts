import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type {
  OrgInviteStatus,
  OrgJoinRequestStatus,
  OrgRoleName,
  OrgUserOrigin,
  Permission,
} from '../../generated/prisma/enums.js'
import { type Email, withoutTag } from '../users/email.js'

/** The most items of each list, so that the cost is bounded. */
export const EXPORTED_ITEMS = 2_000

interface ExportedUser {
  id: string
  subject: string
  email: Email | null
  emailVerified: boolean
  name: string | null
  createdAt: Date
  claimsIssuedAt: Date
  orgDayStart: Date
  orgDayCount: number
}

/**
 * Everything that is kept of an account, as one JSON object: nothing secret, and nothing of others but the names of orgs
 * and ids. What has no index by the user is found by their events.
 * @param globalId encodes a type and a UUID
 * @param limit the most items of each list; `truncated` names the lists that have more
 * @returns null if there is no such account
 */
export async function exportUser(
  db: Queryable,
  userId: string,
  globalId: (type: string, uuid: string) => string,
  limit = EXPORTED_ITEMS,
): Promise<object | null> {
  const [user] = await db.query<ExportedUser>(sql`
    select id, subject, email, email_verified, name, created_at, claims_issued_at, org_day_start, org_day_count
    from "user" where id = ${userId} and deleted_at is null
  `)
  if (!user) return null
  const { email, emailVerified } = user
  // One more than the limit tells whether there are more.
  const most = limit + 1
  const [
    memberships,
    received,
    sent,
    links,
    requests,
    tokens,
    webhooks,
    done,
    inbox,
    mailDay,
    senderDay,
    requestDay,
  ] = await Promise.all([
    db.query<Membership>(sql`
      select org_user.id, org.id as org_id, org.name as org_name, roles, app_roles, joined_at, origin, invite_id
      from org_user join org on org.id = org_id
      where user_id = ${userId} order by joined_at desc, org_user.id desc limit ${most}
    `),
    db.query<Invite>(sql`
      select ${inviteColumns} from org_invite join org on org.id = org_id
      where invited_user_id = ${userId} or ${emailVerified} and invited_user_id is null and email = ${email}
      order by org_invite.created_at desc, org_invite.id desc limit ${most}
    `),
    db.query<Invite & { message: string | null }>(sql`
      with made as (
        select distinct org_invite_id from org_event
        where actor_id = ${userId} and kind = 'INVITE' and type in ('CREATED', 'RESENT') limit ${most}
      )
      select ${inviteColumns}, org_invite.message from made
        join org_invite on org_invite.id = made.org_invite_id join org on org.id = org_id
      where org_invite.invited_by_id = ${userId} or org_invite.resent_by_id = ${userId}
      order by org_invite.created_at desc, org_invite.id desc
    `),
    db.query<Link>(sql`
      select link.id, org.id as org_id, org.name as org_name, roles, app_roles, email_domains, max_uses, uses,
        link.created_at, expires_at, revoked_at
      from org_invite_link link join org on org.id = org_id
      where link.created_by_id = ${userId} order by link.created_at desc, link.id desc limit ${most}
    `),
    db.query<JoinRequest>(sql`
      select request.id, org.id as org_id, org.name as org_name, message, request.status, request.created_at, resolved_at
      from org_join_request request join org on org.id = org_id
      where request.user_id = ${userId} order by request.created_at desc, request.id desc limit ${most}
    `),
    db.query<Token>(sql`
      select api_token.id, org.id as org_id, org.name as org_name, api_token.name, permissions, api_token.created_at,
        expires_at, last_used_at, revoked_at
      from api_token left join org on org.id = org_id
      where api_token.created_by_id = ${userId} order by api_token.created_at desc, api_token.id desc limit ${most}
    `),
    db.query<Omit<Token, 'name' | 'permissions' | 'expiresAt' | 'lastUsedAt' | 'revokedAt'>>(sql`
      select webhook.id, org.id as org_id, org.name as org_name, webhook.created_at
      from webhook left join org on org.id = org_id
      where webhook.created_by_id = ${userId} order by webhook.created_at desc, webhook.id desc limit ${most}
    `),
    db.query<Event>(sql`
      select ${eventColumns} from (select * from org_event where actor_id = ${userId} limit ${most}) event
        join org on org.id = event.org_id
    `),
    db.query<Event>(sql`
      select ${eventColumns} from (
        select * from org_event where inbox_user_id = ${userId} order by inbox_seq desc limit ${most}
      ) event join org on org.id = event.org_id
    `),
    email !== null && emailVerified
      ? db.query<{ start: Date; count: number }>(
          sql`select start, count from mail_day where email = ${withoutTag(email)}`,
        )
      : [],
    db.query<{ start: Date; count: number }>(
      sql`select start, count from user_mail_day where user_id = ${userId}`,
    ),
    db.query<{ start: Date; count: number }>(
      sql`select start, count from user_join_request_day where user_id = ${userId}`,
    ),
  ])
  const truncated: string[] = []
  const list = <Row, Item>(name: string, rows: readonly Row[], toItem: (row: Row) => Item): Item[] => {
    if (rows.length > limit) truncated.push(name)
    return rows.slice(0, limit).map(toItem)
  }
  const idOf = (type: string, uuid: string | null) => (uuid === null ? null : globalId(type, uuid))
  const orgOf = ({ orgId, orgName }: { orgId: string | null; orgName: string | null }) => ({
    orgId: idOf('Org', orgId),
    orgName,
  })
  const inviteOf = ({ id, orgId, orgName, ...invite }: Invite) => ({
    id: idOf('OrgInvite', id),
    ...orgOf({ orgId, orgName }),
    ...invite,
  })
  const eventOf = ({ orgId, orgName, orgInviteId, userId, ...event }: Event) => ({
    ...orgOf({ orgId, orgName }),
    ...event,
    orgInviteId: idOf('OrgInvite', orgInviteId),
    userId: idOf('User', userId),
  })
  const newestFirst = (events: Event[]) =>
    events.toSorted(
      (one, other) => other.occurredAt.getTime() - one.occurredAt.getTime() || other.seq - one.seq,
    )
  const { id, orgDayStart, orgDayCount, ...profile } = user
  return plain({
    profile: { id: globalId('User', id), ...profile },
    memberships: list('memberships', memberships, ({ id, orgId, orgName, inviteId, ...membership }) => ({
      id: idOf('OrgUser', id),
      ...orgOf({ orgId, orgName }),
      ...membership,
      inviteId: idOf('OrgInvite', inviteId),
    })),
    invitesReceived: list('invitesReceived', received, inviteOf),
    invitesSent: list('invitesSent', sent, inviteOf),
    inviteLinks: list('inviteLinks', links, ({ id, orgId, orgName, ...link }) => ({
      id: idOf('OrgInviteLink', id),
      ...orgOf({ orgId, orgName }),
      ...link,
    })),
    joinRequests: list('joinRequests', requests, ({ id, orgId, orgName, ...request }) => ({
      id: idOf('OrgJoinRequest', id),
      ...orgOf({ orgId, orgName }),
      ...request,
    })),
    apiTokens: list('apiTokens', tokens, ({ id, orgId, orgName, ...token }) => ({
      id: idOf('ApiToken', id),
      ...orgOf({ orgId, orgName }),
      ...token,
    })),
    webhooks: list('webhooks', webhooks, ({ id, orgId, orgName, ...webhook }) => ({
      id: idOf('Webhook', id),
      ...orgOf({ orgId, orgName }),
      ...webhook,
    })),
    events: list('events', newestFirst(done), eventOf),
    inboxEvents: list('inboxEvents', newestFirst(inbox), eventOf),
    daily: {
      orgsCreated: { start: orgDayStart, count: orgDayCount },
      mailsSent: senderDay[0] ?? null,
      mailsReceived: mailDay[0] ?? null,
      joinRequests: requestDay[0] ?? null,
    },
    truncated,
  })
}

/** With each time as text. */
function plain(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object
}

interface OfOrg {
  id: string
  orgId: string
  orgName: string
}

interface Membership extends OfOrg {
  roles: OrgRoleName[]
  appRoles: string[]
  joinedAt: Date
  origin: OrgUserOrigin
  inviteId: string | null
}

interface Invite extends OfOrg {
  roles: OrgRoleName[]
  status: OrgInviteStatus
  createdAt: Date
  expiresAt: Date
  resolvedAt: Date | null
}

/** Without the other person: neither their address nor what they wrote. */
const inviteColumns = sql`
  org_invite.id, org.id as org_id, org.name as org_name, org_invite.roles, org_invite.status, org_invite.created_at,
  org_invite.expires_at, org_invite.resolved_at
`

interface Link extends OfOrg {
  roles: OrgRoleName[]
  appRoles: string[]
  emailDomains: string[]
  maxUses: number | null
  uses: number
  createdAt: Date
  expiresAt: Date
  revokedAt: Date | null
}

interface JoinRequest extends OfOrg {
  message: string | null
  status: OrgJoinRequestStatus
  createdAt: Date
  resolvedAt: Date | null
}

interface Token extends Omit<OfOrg, 'orgId' | 'orgName'> {
  orgId: string | null
  orgName: string | null
  name: string
  permissions: Permission[]
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
  revokedAt: Date | null
}

interface Event extends Omit<OfOrg, 'id'> {
  seq: number
  kind: string
  type: string
  occurredAt: Date
  orgInviteId: string | null
  userId: string | null
  roles: OrgRoleName[]
  previousRoles: OrgRoleName[]
}

const eventColumns = sql`
  org.id as org_id, org.name as org_name, event.seq, event.kind, event.type, event.occurred_at, event.org_invite_id,
  event.user_id, event.roles, event.previous_roles
`
