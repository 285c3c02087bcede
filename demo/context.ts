import sql from 'sql-template-tag'
import type { Database } from '../src/database/database.js'
import type { Transact } from '../src/domain/core/transact.js'
import type { OrgRoleName } from '../src/generated/prisma/enums.js'
import { GENERATED_SUBJECT, generatedHosts } from './generatedPeople.js'
import { demoPeople } from './people.js'

/** The parts of a server that the demo's actions need. */
export interface DemoContext {
  transact: Transact
  database: Database
  /** Returns a number from 0 (inclusive) to 1 (exclusive). */
  random: () => number
  /** The shortest time between a mail and its answer, ms. */
  readsAfterMs: number
}

/** The context for live traffic. Nobody answers a mail sooner than 2.5 s after it. */
export function demoContext({ transact, database }: Pick<DemoContext, 'transact' | 'database'>): DemoContext {
  return { transact, database, random: Math.random, readsAfterMs: 2_500 }
}

/** An org of the demo, and how large it may get. The numbers are below the limits of its tier. */
export interface DemoOrg {
  name: string
  members: number
  pending: number
  /**
   * The length of its history in days. Shorter than the lifetime of an invite: otherwise pending invites would expire.
   */
  days: number
  /** A person who signs up with an address in this domain joins. */
  domain?: string
}

/** In the dashboard's order, newest first: each org has a longer history than the one before. */
export const demoOrgs = [
  { name: 'Acme', members: 18, pending: 9, days: 4, domain: 'acme.example' },
  { name: 'Globex', members: 23, pending: 14, days: 5 },
  { name: 'Hooli', members: 60, pending: 25, days: 6 },
] as const satisfies readonly DemoOrg[]

/** The current state of a demo org. */
export interface DemoOrgState extends DemoOrg {
  id: string
  memberCount: number
  pendingCount: number
}

/** Null if it doesn't exist or is being deleted. */
export async function findOrg({ database }: DemoContext, org: DemoOrg): Promise<DemoOrgState | null> {
  const [found] = await database.query<{ id: string; memberCount: number; pendingCount: number }>(sql`
    select org.id, member_count, pending_count
    from org join "user" founder on founder.id = org.created_by_id
    where org.name = ${org.name} and org.status = 'ACTIVE' and founder.subject = ${demoPeople.ada.subject}
  `)
  return found ? { ...org, ...found } : null
}

/** An owner or admin. Mostly a seeded one, because an invite is revoked when its inviter loses the right to invite. */
export async function randomAdmin({ database }: DemoContext, org: DemoOrgState): Promise<string | null> {
  const [admin] = await database.query<{ userId: string }>(sql`
    select user_id from org_user join "user" u on u.id = user_id
    where org_id = ${org.id} and status = 'ACTIVE' and roles && '{ADMIN,OWNER}'::"OrgRoleName"[]
    order by random() * case when u.subject like ${`${GENERATED_SUBJECT}%`} then 4 else 1 end limit 1
  `)
  return admin?.userId ?? null
}

/** A generated person who is a member: never a seeded person or a visitor. */
export async function randomMember({ database }: DemoContext, org: DemoOrgState) {
  const [member] = await database.query<{ userId: string; roles: OrgRoleName[] }>(sql`
    select user_id, roles from org_user join "user" u on u.id = user_id
    where org_id = ${org.id} and status = 'ACTIVE' and u.subject like ${`${GENERATED_SUBJECT}%`}
    order by random() limit 1
  `)
  return member ?? null
}

/** A pending invite to a generated person, whose mail is not being sent right now. */
export async function randomPendingInvite({ database, readsAfterMs }: DemoContext, org: DemoOrgState) {
  const [invite] = await database.query<{ id: string; email: string }>(sql`
    select id, email from org_invite
    where org_id = ${org.id} and status = 'PENDING' and delivery <> 'QUEUED'
      and expires_at > clock_timestamp()
      and created_at <= clock_timestamp() - make_interval(secs => ${readsAfterMs / 1000})
      and split_part(email, '@', 2) = any(${generatedHosts})
    order by random() limit 1
  `)
  return invite ?? null
}

/** An invite that is no longer pending, if there are more than `keep` of them. */
export async function randomEndedInvite({ database }: DemoContext, org: DemoOrgState, keep: number) {
  const [invite] = await database.query<{ id: string }>(sql`
    select id from org_invite
    where org_id = ${org.id} and status <> 'PENDING' and split_part(email, '@', 2) = any(${generatedHosts})
    order by created_at desc offset ${keep} limit 1
  `)
  return invite ?? null
}
