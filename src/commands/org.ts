import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { limitsOf, seatsUsed } from '../domain/core/orgLimits.js'
import { NotFoundError } from '../domain/core/refusal.js'
import type { DataRegion, EmailDomainStatus, OrgStatus, OrgTier } from '../generated/prisma/enums.js'
import { encodeId } from '../graphql/globalId.js'
import { findOrg } from './find.js'
import { onInstance } from './instance.js'
import { type Given, print } from './run.js'
import { fieldsOf, tableOf } from './table.js'

interface ListedOrg {
  id: string
  name: string
  slug: string
  status: OrgStatus
  tier: OrgTier
  memberCount: number
  suspendedCount: number
  pendingCount: number
  createdAt: Date
}

const listedColumns = sql`
  id, name, slug, status, tier, member_count, suspended_count, pending_count, created_at
`

/** How many orgs one statement reads. */
const ORGS_AT_ONCE = 1_000

/** Lists all orgs, newest first. */
export async function listOrgs(given: Given): Promise<number> {
  await onInstance(given, async ({ database }) => {
    const orgs: ListedOrg[] = []
    // Ids are in the order in which the orgs were created.
    for (let before = LAST_ID; ; ) {
      const page = await database.query<ListedOrg>(sql`
        select ${listedColumns} from org where id < ${before}::uuid order by id desc limit ${ORGS_AT_ONCE}
      `)
      orgs.push(...page)
      const last = page.at(-1)
      if (!last || page.length < ORGS_AT_ONCE) break
      before = last.id
      given.progress.show(`${orgs.length} orgs …`)
    }
    given.progress.end()
    if (given.json) {
      print(
        JSON.stringify(
          orgs.map(({ id, memberCount, suspendedCount, pendingCount, ...org }) => ({
            id: encodeId('Org', id),
            ...org,
            members: memberCount,
            suspendedMembers: suspendedCount,
            pendingInvites: pendingCount,
          })),
        ),
      )
      return
    }
    print(
      tableOf(orgs, {
        ID: ({ id }) => encodeId('Org', id),
        SLUG: ({ slug }) => slug,
        STATUS: ({ status }) => status,
        TIER: ({ tier }) => tier,
        MEMBERS: ({ memberCount }) => memberCount,
        INVITES: ({ pendingCount }) => pendingCount,
        CREATED: ({ createdAt }) => createdAt,
        NAME: ({ name }) => name,
      }),
    )
  })
  return 0
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

interface ShownOrg extends ListedOrg {
  dataRegion: DataRegion
  externalId: string | null
  seatLimit: number | null
  pendingInviteLimit: number | null
}

interface Owner {
  id: string
  name: string | null
  email: string | null
}

/** Shows an org with its limits, its owners and its domains. */
export async function showOrg(given: Given, idOrSlug: string): Promise<number> {
  const { org, limits, owners, emailDomains } = await onInstance(given, async ({ database, rules }) => {
    const read = await readOrg(database, await findOrg(database, idOrSlug))
    const { seats, pendingInvites } = limitsOf(rules, read.org)
    return {
      ...read,
      limits: {
        seats,
        seatsUsed: seatsUsed(read.org),
        pendingInvites,
        pendingInvitesUsed: read.org.pendingCount,
      },
    }
  })
  const { name, slug, externalId, status, tier, dataRegion, createdAt, memberCount, suspendedCount } = org
  const id = encodeId('Org', org.id)
  if (given.json) {
    const people = owners.map((owner) => ({ ...owner, id: encodeId('User', owner.id) }))
    const facts = { id, name, slug, externalId, status, tier, dataRegion, createdAt, limits }
    print(
      JSON.stringify({
        ...facts,
        members: memberCount,
        suspendedMembers: suspendedCount,
        owners: people,
        emailDomains,
      }),
    )
    return 0
  }
  print(
    fieldsOf({
      id,
      name,
      slug,
      'external id': externalId,
      status,
      tier,
      'data region': dataRegion,
      created: createdAt,
      members: memberCount,
      suspended: suspendedCount,
      seats: `${limits.seatsUsed} of ${limits.seats} used`,
      'pending invites': `${limits.pendingInvitesUsed} of ${limits.pendingInvites}`,
      'e-mail domains': emailDomains.map(({ domain, status }) => `${domain} (${status})`),
    }),
  )
  if (owners.length > 0)
    print(
      `\n${tableOf(owners, {
        OWNER: (owner) => encodeId('User', owner.id),
        ADDRESS: ({ email }) => email,
        NAME: ({ name }) => name,
      })}`,
    )
  return 0
}

/** The most owners that are shown. */
const MOST_OWNERS = 100

async function readOrg(db: Queryable, orgId: string) {
  const [[org], owners, emailDomains] = await Promise.all([
    db.query<ShownOrg>(sql`
      select ${listedColumns}, data_region, external_id, seat_limit, pending_invite_limit from org where id = ${orgId}
    `),
    db.query<Owner>(sql`
      select "user".id, name, email from org_user join "user" on "user".id = user_id
      where org_id = ${orgId} and 'OWNER' = any(roles) order by joined_at, org_user.id limit ${MOST_OWNERS}
    `),
    db.query<{ domain: string; status: EmailDomainStatus }>(sql`
      select domain, status from org_email_domain where org_id = ${orgId} order by domain
    `),
  ])
  if (!org) throw new NotFoundError('There is no org with this id or slug.')
  return { org, owners, emailDomains }
}
