import sql from 'sql-template-tag'
import { beforeAll, expect, vi } from 'vitest'
import { decodeId } from '../../src/graphql/globalId.js'
import type { TestServer } from './testServer.js'

/** Moves an invite's expiry to one second ago. */
export async function expireNow({ server }: TestServer, orgInviteId: string): Promise<void> {
  const moved = await server.app.database.query(sql`
    update org_invite set expires_at = date_trunc('milliseconds', clock_timestamp()) - interval '1 second'
    where id = ${decodeId('OrgInvite', orgInviteId)} returning id
  `)
  if (moved.length !== 1) throw new Error('no such invite')
}

/** Stops the expiry job for the tests of a file: an invite is EXPIRED by the clock alone. */
export function stopExpiryJob(testServer: TestServer): void {
  beforeAll(() =>
    vi.waitFor(
      async () => {
        const stopped = await testServer.server.app.database.query(sql`
          delete from graphile_worker._private_jobs
          where key = 'expireOrgInvites' and locked_at is null returning id
        `)
        expect(stopped).toHaveLength(1)
      },
      { timeout: 10_000, interval: 5 },
    ),
  )
}
