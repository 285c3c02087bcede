import DataLoader from 'dataloader'
import type { GraphQLResolveInfo } from 'graphql'
import sql from 'sql-template-tag'
import type { OrgResource } from '../../domain/core/org.js'
import type { OrgCounts } from '../../domain/core/orgEvent.js'
import type { Context } from '../context.js'
import { readTime } from '../readTime.js'
import { authorityIn, viewerMembership } from '../viewer.js'
import { loadById } from './loadById.js'
import { perOperation } from './perOperation.js'

/** Loads orgs by id. It checks no permission. */
const orgsById = loadById('org')

/** An org by id, or null if the viewer lacks ORG_READ. */
export async function visibleOrg(context: Context, orgId: string | null) {
  if (orgId === null || !(await authorityIn(context, orgId)).permissions.has('ORG_READ')) return null
  // The stream has checked its subscribers. Reading the actor would stop them from sharing the event.
  if (context.audience?.orgId === orgId) return orgsById(context).load(orgId)
  // A member's org was loaded together with the membership.
  return (await viewerMembership(context, orgId))?.org ?? orgsById(context).load(orgId)
}

/**
 * An org's counters as of now. The stored counters count an invite that has just expired as pending, until the job
 * marks it as expired a second or two later. This counts such invites and corrects the counters. One statement reads
 * both: between two statements the job could mark an invite, and it would be counted twice or not at all.
 */
export async function countsOf(
  context: Context,
  info: GraphQLResolveInfo,
  org: OrgCounts & { id: string },
): Promise<OrgCounts> {
  const loader = countsById(context)
  // A document can have several mutations, and each changes the counts.
  if (info.operation.operation === 'mutation') loader.clear(org)
  const counted = await loader.load({ id: org.id, now: readTime(context, info) })
  const { due, ...counts } = counted ?? { ...org, due: 0 }
  return { ...counts, pendingCount: counts.pendingCount - due, expiredCount: counts.expiredCount + due }
}

const countsById = perOperation(
  ({ app }) =>
    new DataLoader<{ id: string; now?: Date }, (OrgCounts & { due: number }) | null, string>(
      async (asked) => {
        const rows = await app.database.query<OrgCounts & { id: string; due: number }>(sql`
          select id, member_count, suspended_count, pending_count, accepted_count, declined_count, revoked_count, expired_count,
            (select count(*)::int from org_invite
              where org_id = org.id and status = 'PENDING' and expires_at <= ${asked[0]?.now}) as due
          from org where id = any(${asked.map(({ id }) => id)}::uuid[])
        `)
        const byId = new Map(rows.map(({ id, ...counts }) => [id, counts]))
        return asked.map(({ id }) => byId.get(id) ?? null)
      },
      { cacheKeyFn: ({ id }) => id },
    ),
)

/** The resources that orgs own. */
export const resourcesOfOrgs = perOperation(
  ({ app }) =>
    new DataLoader(async (orgIds: readonly string[]) => {
      const resources = await app.database.query<OrgResource & { orgId: string }>(sql`
        select org_id, kind, count from org_resource where org_id = any(${orgIds}::uuid[]) order by kind
      `)
      return orgIds.map((id) => resources.filter(({ orgId }) => orgId === id))
    }),
)

/** Metadata can be large, so it is read only if it is asked for. */
export const metadataOfOrgs = perOperation(
  ({ app }) =>
    new DataLoader(async (orgIds: readonly string[]) => {
      const orgs = await app.database.query<{ id: string; metadata: unknown }>(sql`
        select id, metadata from org where id = any(${orgIds}::uuid[])
      `)
      const byId = new Map(orgs.map(({ id, metadata }) => [id, metadata]))
      return orgIds.map((id) => byId.get(id) ?? {})
    }),
)
