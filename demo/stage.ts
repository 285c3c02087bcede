import sql from 'sql-template-tag'
import type { Database } from '../src/database/database.js'
import type { Transact } from '../src/domain/core/transact.js'
import type { OrgRoleName } from '../src/generated/prisma/enums.js'
import { castHosts, castSubject } from './cast.js'
import { demoPeople } from './people.js'

/** What the demo's acts need of a server. */
export interface Stage {
  transact: Transact
  database: Database
  /** From 0 to below 1. */
  random: () => number
  /** How long a mail waits at least before somebody answers it, ms. */
  readsAfterMs: number
}

/** A server as the demo's people find it: nobody answers a mail in the moment in which it arrives. */
export function stageOf({ transact, database }: Pick<Stage, 'transact' | 'database'>): Stage {
  return { transact, database, random: Math.random, readsAfterMs: 2_500 }
}

/** An org that the demo plays in, and how far it may grow: below the limits of its tier. */
export interface DemoOrg {
  name: string
  members: number
  pending: number
  /** How long its past is. Shorter than an invite lives, or what is pending would have run out. */
  days: number
  /** Whoever signs up with an address in it joins. */
  domain?: string
}

/** The first is the youngest, which stands first in the dashboard too. */
export const demoOrgs = [
  { name: 'Acme', members: 18, pending: 9, days: 4, domain: 'acme.example' },
  { name: 'Globex', members: 23, pending: 14, days: 5 },
  { name: 'Hooli', members: 60, pending: 25, days: 6 },
] as const satisfies readonly DemoOrg[]

/** A demo org as it is at the moment. */
export interface OrgOnStage extends DemoOrg {
  id: string
  memberCount: number
  pendingCount: number
}

/** Null where it is not there, or on its way out. */
export async function findOrg({ database }: Stage, org: DemoOrg): Promise<OrgOnStage | null> {
  const [found] = await database.query<{ id: string; memberCount: number; pendingCount: number }>(sql`
    select org.id, member_count, pending_count
    from org join "user" founder on founder.id = org.created_by_id
    where org.name = ${org.name} and org.status = 'ACTIVE' and founder.subject = ${demoPeople.ada.subject}
  `)
  return found ? { ...org, ...found } : null
}

/** Somebody who may invite: mostly a seeded one, because the cast's invites end with their maker's rights. */
export async function someAdmin({ database }: Stage, org: OrgOnStage): Promise<string | null> {
  const [admin] = await database.query<{ userId: string }>(sql`
    select user_id from org_user join "user" u on u.id = user_id
    where org_id = ${org.id} and roles && '{ADMIN,OWNER}'::"OrgRoleName"[]
    order by random() * case when u.subject like ${`${castSubject}%`} then 4 else 1 end limit 1
  `)
  return admin?.userId ?? null
}

/** One of the cast who is in: never a seeded person, never a visitor. */
export async function someMember({ database }: Stage, org: OrgOnStage) {
  const [member] = await database.query<{ userId: string; roles: OrgRoleName[] }>(sql`
    select user_id, roles from org_user join "user" u on u.id = user_id
    where org_id = ${org.id} and u.subject like ${`${castSubject}%`}
    order by random() limit 1
  `)
  return member ?? null
}

/** An invite of one of the cast that waits for an answer, and whose mail is not just being sent. */
export async function somePending({ database, readsAfterMs }: Stage, org: OrgOnStage) {
  const [invite] = await database.query<{ id: string; email: string }>(sql`
    select id, email from org_invite
    where org_id = ${org.id} and status = 'PENDING' and delivery <> 'QUEUED'
      and expires_at > clock_timestamp()
      and created_at <= clock_timestamp() - make_interval(secs => ${readsAfterMs / 1000})
      and split_part(email, '@', 2) = any(${castHosts})
    order by random() limit 1
  `)
  return invite ?? null
}

/** An ended invite, once there are more than `keep`. */
export async function someEnded({ database }: Stage, org: OrgOnStage, keep: number) {
  const [invite] = await database.query<{ id: string }>(sql`
    select id from org_invite
    where org_id = ${org.id} and status <> 'PENDING' and split_part(email, '@', 2) = any(${castHosts})
    order by created_at desc offset ${keep} limit 1
  `)
  return invite ?? null
}
