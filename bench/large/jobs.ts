import { forgetPastDays } from '../../src/domain/core/dailyLimit.js'
import { forgetIdempotencyKeys } from '../../src/domain/core/idempotency.js'
import { orgsWithOrphanedTokens } from '../../src/domain/core/orphanedTokens.js'
import { expireOrgInvites, nextExpiryRound } from '../../src/domain/invites/expireOrgInvites.js'
import { remindOfInvite } from '../../src/domain/invites/remindOfInvite.js'
import { finishWithdrawal } from '../../src/domain/members/withdrawAuthority.js'
import { pruneEvents } from '../../src/domain/orgs/pruneEvents.js'
import { purgeOrg } from '../../src/domain/orgs/purgeOrg.js'
import { forgetEndedAccounts } from '../../src/domain/users/subject.js'
import { forgetDeliveries } from '../../src/domain/webhooks/undelivered.js'
import type { App } from '../../src/graphql/context.js'
import { type LargeData, largeId, largeOrg } from '../../test/support/largeData.js'

/** One kind of work that no request asks for. */
export interface Job {
  name: string
  /** Makes what the nth run needs. @returns the run */
  ready(nth: number): Promise<() => Promise<unknown>>
}

const DUE_AT_ONCE = 100
const OLD_AT_ONCE = 100

/** The jobs of a server, called as it calls them. They find their work among everything in the database. */
export function largeJobs(data: LargeData, app: () => App): Job[] {
  const job = (name: string, work: (app: App, nth: number) => Promise<unknown>): Job => ({
    name: `job: ${name}`,
    ready: async (nth) => () => work(app(), nth),
  })
  return [
    {
      name: `job: expire ${DUE_AT_ONCE} invites`,
      async ready() {
        // The server's own round may take some of them.
        await app().database.pool.query(
          `update org_invite set expires_at = now() - interval '1 ms' where id in (
             select id from org_invite where status = 'PENDING' and expires_at > now() + interval '1 day'
             order by expires_at limit $1)`,
          [DUE_AT_ONCE],
        )
        return () => expireOrgInvites(app().transact, app().database)
      },
    },
    job('time of the next expiry', ({ database }) => nextExpiryRound(database)),
    // The first invite is PENDING, and its mail has number 0.
    job('remind of an invite', ({ transact }) =>
      remindOfInvite(transact, { inviteId: largeId('invite', 0), mailNumber: 0 }),
    ),
    job('withdraw what nobody may grant any more', ({ transact }) =>
      finishWithdrawal(transact, {
        orgId: largeId('org', largeOrg),
        userId: null,
        left: [],
        actorId: null,
        at: new Date().toISOString(),
      }),
    ),
    job('erase a small org', ({ transact }, nth) =>
      transact((tx) => purgeOrg(tx, largeId('org', data.orgs - 10 - nth))),
    ),
    job('look for old events of 500 orgs', ({ database }) =>
      pruneEvents(database, { before: new Date('2025-01-01Z'), from: null }),
    ),
    {
      name: `job: delete ${OLD_AT_ONCE} old events`,
      async ready(nth) {
        // Each run deletes those of another org, none of which is so old before.
        const orgId = largeId('org', data.orgs - 100 - nth)
        const { rows } = await app().database.pool.query<{ before: Date }>(
          'select occurred_at as before from org_event where org_id = $1 and seq = $2',
          [orgId, OLD_AT_ONCE + 1],
        )
        const before = rows[0]?.before ?? new Date(0)
        return () => pruneEvents(app().database, { before, from: orgId })
      },
    },
    job('tidy up: days, keys, accounts, deliveries, tokens', async ({ database, clock }) => {
      await forgetPastDays(database)
      await forgetIdempotencyKeys(database)
      await forgetEndedAccounts(database)
      await forgetDeliveries(database, clock.now())
      await orgsWithOrphanedTokens(database)
    }),
  ]
}
