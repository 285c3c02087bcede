import sql from 'sql-template-tag'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/domain/core/actor.js'
import { authorityIn, sharesOrg } from '../../../src/domain/core/authority.js'
import { effectivePermissionsOf } from '../../../src/domain/core/effectivePermissions.js'
import type { MemberStanding } from '../../../src/domain/core/membership.js'
import { allPermissions, authorityOfRoles, authorityOfToken } from '../../../src/domain/core/permission.js'
import { readTokensLeft } from '../../../src/domain/core/revokeTokens.js'
import type { OrgRoleName, Permission } from '../../../src/generated/prisma/enums.js'
import type { Context } from '../../../src/graphql/context.js'
import { orgsSeen } from '../../../src/graphql/lists/org.js'
import { visibleAddresses } from '../../../src/graphql/viewer.js'
import { createOrg } from '../../support/mutate.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createOrgWith, createToken, orgPermissions, usePeople } from '../../support/people.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

const token = (orgId: string | null, permissions: readonly Permission[]): Actor => ({
  kind: 'token',
  tokenId: null,
  orgId,
  permissions: new Set(permissions),
  expiresAt: null,
})
const allBut = (lost: Permission) => allPermissions.filter((permission) => permission !== lost)

describe('the SQL filter on reads', () => {
  it('finds the same orgs as the function that decides what a caller may do', async () => {
    const [orgId, otherId] = [uuidOf(await createOrgWith(people)), uuidOf(await createOrg(people.outsider))]
    const expiresAt = new Date(Date.now() + 60_000)
    const { prisma, database } = testServer.server.app
    await database.query(sql`
      update org_user set status = 'SUSPENDED' where org_id = ${orgId} and user_id = ${uuidOf(people.admin.id)}
    `)
    const members: Record<string, MemberStanding | null> = {
      owner: { roles: ['OWNER'], status: 'ACTIVE' },
      admin: { roles: ['ADMIN'], status: 'SUSPENDED' },
      user: { roles: ['USER'], status: 'ACTIVE' },
      outsider: null,
    }
    const actors: Array<{ actor: Actor; member?: MemberStanding | null }> = [
      { actor: { kind: 'nobody' } },
      ...(['owner', 'admin', 'user', 'outsider'] as const).map((name) => ({
        actor: { kind: 'person' as const, userId: uuidOf(people[name].id), expiresAt },
        member: members[name],
      })),
      ...[orgId, otherId, null].flatMap((ofOrg) =>
        [allPermissions, allBut('ORG_READ'), allBut('MEMBER_READ'), ['USER_READ'] as const, []].map(
          (permissions) => ({ actor: token(ofOrg, permissions) }),
        ),
      ),
    ]
    for (const { actor, member } of actors) {
      const authority = authorityIn(orgId, actor, { member })
      const seen = await prisma.org.count({ where: { AND: [{ id: orgId }, orgsSeen({ actor } as Context)] } })
      expect(seen === 1, `orgs of ${JSON.stringify(actor)}`).toBe(authority.permissions.has('ORG_READ'))

      const addresses = visibleAddresses({ actor } as Context)
      const orgs = addresses === 'everybody' ? null : addresses.orgs
      const shared = orgs ? await database.query(sql`select 1 where ${orgId}::uuid in (${orgs})`) : []
      if (addresses !== 'everybody')
        expect(shared.length === 1, `addresses for ${JSON.stringify(actor)}`).toBe(
          sharesOrg(actor, authority),
        )
    }
  })

  it('keeps only the permissions that an API token still has once its creator has fewer roles', async () => {
    const globalId = await createOrg(people.owner)
    const first = await createToken(testServer, people.owner, orgPermissions, globalId)
    const second = await createToken(
      testServer,
      first,
      ['ORG_READ', 'INVITE_CREATE', 'API_TOKEN_MANAGE'],
      globalId,
    )
    const third = await createToken(testServer, second, ['INVITE_CREATE'], globalId)
    const [orgId, userId] = [uuidOf(globalId), uuidOf(people.owner.id)]
    const ids = [first, second, third].map(({ id }) => uuidOf(id))
    const { database } = testServer.server.app
    for (const roles of [['USER'], ['ADMIN'], ['USER', 'ADMIN'], ['OWNER']] as OrgRoleName[][]) {
      const left = await readTokensLeft(database, orgId, userId, authorityOfRoles(roles).permissions, 10)
      await database.query(
        sql`update org_user set roles = ${roles}::"OrgRoleName"[] where org_id = ${orgId} and user_id = ${userId}`,
      )
      const today = await effectivePermissionsOf(database, ids)
      const sorted = ({ permissions, rank }: ReturnType<typeof authorityOfToken>) => [
        rank,
        [...permissions].sort(),
      ]
      const byId = new Map(left.map(({ id, authority }) => [id, sorted(authority)]))
      expect(ids.map((id) => byId.get(id))).toEqual(today.map((one) => sorted(authorityOfToken(one))))
    }
  })
})
