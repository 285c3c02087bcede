import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createOrg, mutate, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { useTestServer } from '../../support/testServer.js'

describe('an instance token that invites while a token is revoked', () => {
  const testServer = useTestServer()
  let pool: Pool
  beforeAll(() => {
    pool = openPool(testServer.database.url)
  })
  afterAll(() => pool.end())

  /**
   * Blocks an invite's insert after all checks: an open transaction has invited the same address.
   */
  async function holdBack(orgId: string, email: string): Promise<() => Promise<unknown>> {
    const connection = await pool.connect()
    await connection.query('begin')
    await connection.query(
      `insert into org_invite (id, org_id, email, roles, expires_at)
       values (gen_random_uuid(), $1, $2, '{USER}', now() + interval '1 day')`,
      [uuidOf(orgId), email],
    )
    return () => connection.query('rollback').finally(() => connection.release())
  }

  async function tokenOf(maker = testServer.instance) {
    const made = await mutate(
      maker,
      'createApiToken',
      { name: 'Importer', permissions: ['INVITE_CREATE', 'API_TOKEN_MANAGE'] },
      'secret apiToken { id }',
    )
    return { id: made.apiToken.id, client: testServer.bearer(`Bearer ${made.secret}`) }
  }

  it.each(['the token', 'the token that created it'])(
    'leaves no pending invite if %s is revoked',
    async (whose) => {
      const owner = await testServer.signUp()
      const orgId = await createOrg(owner)
      const maker = await tokenOf()
      const token = await tokenOf(maker.client)
      const release = await holdBack(orgId, 'guest@guests.example')

      const inviting = mutate(token.client, 'createOrgInvite', {
        orgId,
        invitee: { email: 'guest@guests.example' },
      })
      await sleep(200)
      const apiTokenId = whose === 'the token' ? token.id : maker.id
      const revoking = mutate(testServer.instance, 'revokeApiToken', { apiTokenId })
      await sleep(200)
      await release()

      expect(await inviting).toMatchObject({ __typename: 'CreateOrgInvitePayload' })
      expect(await revoking).toMatchObject({ __typename: 'RevokeApiTokenPayload' })
      await vi.waitFor(
        async () =>
          expect((await readOrg(owner, orgId)).invites.nodes[0]).toMatchObject({ status: 'REVOKED' }),
        3_000,
      )
    },
  )

  it('still has its invites in the other orgs revoked when one org is deleted', async () => {
    const owner = await testServer.signUp()
    const token = await tokenOf()
    const orgs = await Promise.all([createOrg(owner), createOrg(owner)])
    for (const orgId of orgs)
      await mutate(token.client, 'createOrgInvite', { orgId, invitee: { email: 'guest@guests.example' } })
    // The org is deleted after the job has listed the orgs and before it locks them.
    const connection = await pool.connect()
    await connection.query('begin')
    const order = await connection.query(
      'select distinct org_id from org_invite where invited_by_token_id = $1',
      [uuidOf(token.id)],
    )
    await connection.query('delete from org where id = $1', [order.rows[0].org_id])
    await mutate(testServer.instance, 'revokeApiToken', { apiTokenId: token.id })
    await sleep(300)
    await connection.query('commit')
    connection.release()

    const left = orgs.find((orgId) => uuidOf(orgId) !== order.rows[0].org_id) ?? ''
    await vi.waitFor(
      async () => expect((await readOrg(owner, left)).inviteCounts).toMatchObject({ pending: 0, revoked: 1 }),
      1_500,
    )
  })
})
