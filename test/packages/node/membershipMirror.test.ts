import { setTimeout as delay } from 'node:timers/promises'
import sql, { raw } from 'sql-template-tag'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  type MembershipMirror,
  type MirrorOptions,
  membershipMirror,
} from '../../../packages/node/src/index.js'
import { decodeId } from '../../../src/graphql/globalId.js'
import { newKey, upsertAppRole } from '../../support/appRoles.js'
import { freePort } from '../../support/freePort.js'
import { createOrg, join, mutate } from '../../support/mutate.js'
import { ageEvents, pruneAll } from '../../support/oldEvents.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createToken } from '../../support/people.js'
import { INSTANCE_TOKEN, type TestServer, useTestServer } from '../../support/testServer.js'
import { differences } from './differences.js'

const reading = ['ORG_READ', 'MEMBER_READ', 'EVENT_READ']

/** A mirror that is closed after the test. */
function open<OnStale extends 'refuse' | 'ask' = 'refuse'>(
  { url }: { url: string },
  options: Partial<MirrorOptions<OnStale>> = {},
): MembershipMirror<OnStale> {
  const mirror = membershipMirror<OnStale>({
    url: `${url}/graphql`,
    token: INSTANCE_TOKEN,
    orgs: 'all',
    ...options,
  })
  onTestFinished(() => mirror.close())
  return mirror
}

const databaseOf = ({ server }: TestServer) => {
  const { database } = server.app
  return <Row extends object>(text: string) => database.query<Row>(sql`${raw(text)}`)
}

describe('a mirror of all orgs', () => {
  const testServer = useTestServer({ env: { FREE_SEATS: '1000' } })

  it('knows the members that were there before, page by page', { timeout: 60_000 }, async () => {
    const owner = await testServer.signUp()
    const big = await createOrg(owner)
    await testServer.server.app.database.query(sql`
      with person as (
        insert into "user" (id, subject, email, email_verified)
        select gen_random_uuid(), 'many ' || n, 'many' || n || '@example.com', true from generate_series(1, 230) n
        returning id
      )
      insert into org_user (id, org_id, user_id, roles, joined_at, origin, app_roles)
      select gen_random_uuid(), ${decodeId('Org', big)}, id, '{USER}', now(), 'DIRECT', '{}' from person
    `)
    for (let made = 0; made < 130; made++) await createOrg(owner)
    const mirror = open(testServer)
    await mirror.ready()
    expect(await differences(mirror, databaseOf(testServer))).toEqual([])
    expect(mirror.size().orgs).toBeGreaterThan(130)
  })

  it('follows joining, roles, suspension, leaving and removal', async () => {
    const mirror = open(testServer)
    await mirror.ready()
    const [owner, member] = [await testServer.signUp(), await testServer.signUp()]
    const orgId = await createOrg(owner)
    const seen: string[] = []
    const act = async (action: Promise<unknown>) => {
      await action
      await mirror.caughtUp()
      seen.push(mirror.roles(member.id, orgId).join())
      expect(await differences(mirror, databaseOf(testServer))).toEqual([])
    }
    const change = (mutation: string, input = {}) =>
      mutate(owner, mutation, { orgId, userId: member.id, ...input })
    await act(join(owner, orgId, member))
    await act(change('updateOrgUserRoles', { add: ['ADMIN'] }))
    await act(change('suspendOrgUser'))
    await act(change('updateOrgUserRoles', { remove: ['ADMIN'] }))
    await act(change('reinstateOrgUser'))
    await act(change('removeOrgUser'))
    await act(join(owner, orgId, member))
    await act(mutate(member, 'leaveOrg', { orgId }))
    expect(seen).toEqual(['USER', 'USER,ADMIN', '', '', 'USER', '', 'USER', ''])
    expect(mirror.roles(owner.id, orgId)).toEqual(['OWNER'])
  })

  it('follows app roles: who has them, and what they permit', async () => {
    const mirror = open(testServer)
    await mirror.ready()
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const key = newKey()
    const can = async (permission: string) => {
      await mirror.caughtUp()
      return mirror.can(owner.id, orgId, permission)
    }
    const appRole = await upsertAppRole(testServer, { key, permissions: ['project:write'] })
    expect(await can('project:write')).toBe(false)
    await mutate(owner, 'updateOrgUserRoles', { orgId, userId: owner.id, addAppRoleIds: [appRole.id] })
    expect([await can('project:write'), await can('project:delete')]).toEqual([true, false])
    expect(mirror.appRoles(owner.id, orgId)).toEqual([key])
    await upsertAppRole(testServer, { key, permissions: ['project:delete'] })
    expect([await can('project:write'), await can('project:delete')]).toEqual([false, true])
    await mutate(owner, 'suspendOrgUser', { orgId, userId: owner.id })
    await mutate(owner, 'updateOrgUserRoles', { orgId, userId: owner.id, removeAppRoleIds: [appRole.id] })
    expect(await can('project:delete')).toBe(false)
    await mutate(testServer.instance, 'deleteAppRole', { appRoleId: appRole.id })
    expect(await differences(mirror, databaseOf(testServer))).toEqual([])
  })

  it('a permission of Guildhall is none of the app, also if it has the same name', async () => {
    const mirror = open(testServer)
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    await mirror.ready()
    await mirror.caughtUp()
    expect(mirror.can(owner.id, orgId, 'ORG_DELETE')).toBe(false)
  })

  it('forgets deleted orgs and deleted users', async () => {
    const mirror = open(testServer)
    await mirror.ready()
    const [owner, member] = [await testServer.signUp(), await testServer.signUp()]
    const orgs = [await createOrg(owner), await createOrg(owner)] as const
    for (const orgId of orgs) await join(owner, orgId, member)
    await mirror.caughtUp()
    const before = mirror.size()
    await mutate(owner, 'deleteOrg', { orgId: orgs[0] })
    await vi.waitFor(() => expect(mirror.size().orgs).toBe(before.orgs - 1), { timeout: 10_000 })
    expect(mirror.roles(owner.id, orgs[0])).toEqual([])
    await mutate(testServer.instance, 'deleteUser', { userId: member.id })
    await mirror.caughtUp()
    expect(mirror.roles(member.id, orgs[1])).toEqual([])
    expect(mirror.size().members).toBe(before.members - 3)
    expect(await differences(mirror, databaseOf(testServer))).toEqual([])
  })

  it('misses nothing that happens while it reads', { timeout: 60_000 }, async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => testServer.signUp()))
    const [owner] = people as [(typeof people)[0]]
    const orgs = await Promise.all(Array.from({ length: 4 }, () => createOrg(owner)))
    const until = Date.now() + 4_000
    const writers = people.slice(1).map(async (person) => {
      for (let turn = 0; Date.now() < until; turn++) {
        const orgId = orgs[turn % orgs.length] ?? ''
        const member = { orgId, userId: person.id }
        await mutate(testServer.instance, 'addOrgUser', { ...member, roles: ['USER'] })
        await mutate(testServer.instance, 'updateOrgUserRoles', { ...member, add: ['ADMIN'] })
        await mutate(testServer.instance, turn % 3 ? 'removeOrgUser' : 'suspendOrgUser', member)
      }
    })
    const mirrors: MembershipMirror[] = []
    for (let begun = 0; begun < 4; begun++) {
      mirrors.push(open(testServer))
      await delay(700)
    }
    await Promise.all(writers)
    for (const mirror of mirrors) {
      await mirror.ready()
      await mirror.caughtUp()
      expect(await differences(mirror, databaseOf(testServer))).toEqual([])
    }
  })

  it('answers nothing before it has read everything, and nothing that may be too old', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const mirror = open(testServer)
    expect(() => mirror.roles(owner.id, orgId)).toThrow(expect.objectContaining({ code: 'NOT_READY' }))
    expect(mirror.behindMs()).toBe(Number.POSITIVE_INFINITY)
    await mirror.ready()
    expect(mirror.behindMs()).toBeLessThan(5_000)
    const strict = open(testServer, { maxStalenessMs: 0 })
    await strict.ready()
    await delay(5)
    expect(() => strict.can(owner.id, orgId, 'x')).toThrow(expect.objectContaining({ code: 'STALE' }))
  })

  it('asks Guildhall instead, if it is told to', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const { id, key } = await upsertAppRole(testServer, { permissions: ['project:write'] })
    await mutate(owner, 'updateOrgUserRoles', { orgId, userId: owner.id, addAppRoleIds: [id] })
    const mirror = open<'ask'>(testServer, { maxStalenessMs: 0, onStale: 'ask' })
    const said = await Promise.all([
      mirror.roles(owner.id, orgId),
      mirror.appRoles(owner.id, orgId),
      mirror.can(owner.id, orgId, 'project:write'),
      mirror.can(owner.id, orgId, 'project:delete'),
      mirror.roles('nobody', orgId),
    ])
    expect(said).toEqual([['OWNER'], [key], true, false, []])
    const other = await testServer.signUp()
    await join(owner, orgId, other, ['OWNER'])
    await mutate(other, 'suspendOrgUser', { orgId, userId: owner.id })
    expect(await mirror.can(owner.id, orgId, 'project:write')).toBe(false)
    const crowd = Array.from({ length: 150 }, (_, n) => mirror.roles(`somebody ${n}`, orgId))
    const refused = (await Promise.allSettled(crowd)).filter(({ status }) => status === 'rejected')
    expect(refused.length).toBe(50)
  })

  it('answers nothing once it is closed', async () => {
    const mirror = open(testServer)
    await mirror.ready()
    await mirror.close()
    expect(() => mirror.roles('a', 'b')).toThrow(expect.objectContaining({ code: 'CLOSED' }))
    const never = open(testServer)
    const waiting = never.ready()
    await never.close()
    await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' })
  })

  it('says that its token is not accepted, or lacks a permission', async () => {
    const codeOf = async (token: string) => {
      const errors: unknown[] = []
      const mirror = open(testServer, { token, onError: (error) => errors.push(error) })
      const code = await mirror.ready().then(
        () => 'none',
        (error) => error.code,
      )
      expect(errors.length > 0).toBe(code !== 'none')
      return code
    }
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const tokenWith = async (permissions: string[], of?: string) => {
      const { authorization = '' } = await createToken(
        testServer,
        of ? owner : testServer.instance,
        permissions,
        of,
      )
      return authorization.replace('Bearer ', '')
    }
    expect(await codeOf('gh_outworn')).toBe('UNAUTHENTICATED')
    expect(await codeOf(await tokenWith(['ORG_READ', 'EVENT_READ']))).toBe('FORBIDDEN')
    expect(await codeOf(await tokenWith(['ORG_READ', 'MEMBER_READ']))).toBe('FORBIDDEN')
    expect(await codeOf(await tokenWith(reading, orgId))).toBe('FORBIDDEN')
    expect(await codeOf(await tokenWith(reading))).toBe('none')
  })

  it('reads everything again if the server does not know its cursor any more', {
    timeout: 60_000,
  }, async () => {
    const port = String(await freePort())
    const first = await testServer.startAnother({ env: { PORT: port } })
    const errors: { code?: string }[] = []
    const mirror = open(first, { onError: (error) => errors.push(error as { code?: string }) })
    await mirror.ready()
    await testServer.stop(first)
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    // As docs/deploying.md says after a restore.
    await testServer.server.app.database.query(sql`delete from instance_key where name = 'cursor'`)
    const second = await testServer.startAnother({ env: { PORT: port } })
    expect(second.url).toBe(first.url)
    await vi.waitFor(() => expect(mirror.roles(owner.id, orgId)).toEqual(['OWNER']), { timeout: 30_000 })
    expect(errors.map(({ code }) => code)).toContain('BAD_USER_INPUT')
    expect(await differences(mirror, databaseOf(testServer))).toEqual([])
  })
})

describe.each(['all orgs', 'one org'])(
  'a mirror of %s that was away for longer than events are kept',
  (of) => {
    const testServer = useTestServer()

    it('reads everything again, and reports no error', { timeout: 60_000 }, async () => {
      const port = String(await freePort())
      const first = await testServer.startAnother({ env: { PORT: port } })
      const [owner, left] = [await testServer.signUp(), await testServer.signUp()]
      const orgId = await createOrg(owner)
      await join(owner, orgId, left)
      const errors: unknown[] = []
      const mirror = open(first, {
        orgs: of === 'all orgs' ? 'all' : [orgId],
        onError: (error) => errors.push(error),
      })
      await mirror.ready()
      expect(mirror.roles(left.id, orgId)).toEqual(['USER'])
      await testServer.stop(first)
      await mutate(left, 'leaveOrg', { orgId })
      const { database } = testServer.server.app
      for (const id of [orgId, await createOrg(owner)]) await ageEvents(database.pool, uuidOf(id))
      await mutate(owner, 'updateOrg', { orgId, name: `Org ${crypto.randomUUID()}` })
      expect((await pruneAll(database)).events).toBeGreaterThan(0)
      await testServer.startAnother({ env: { PORT: port } })
      await vi.waitFor(() => expect(mirror.roles(left.id, orgId)).toEqual([]), { timeout: 30_000 })
      if (of === 'all orgs') expect(await differences(mirror, databaseOf(testServer))).toEqual([])
      // The broken connection itself is no failure either.
      expect(errors.filter((error) => Reflect.get(Object(error), 'code') === 'EVENTS_GONE')).toEqual([])
    })
  },
)

describe('a mirror of some orgs', () => {
  const testServer = useTestServer()

  it('follows each of them with a token of the org, and knows nothing of others', async () => {
    const [owner, member] = [await testServer.signUp(), await testServer.signUp()]
    const [orgId, other] = [await createOrg(owner), await createOrg(owner)]
    const { authorization = '' } = await createToken(testServer, owner, reading, orgId)
    const mirror = open(testServer, { orgs: [orgId], token: authorization.replace('Bearer ', '') })
    await mirror.ready()
    expect(mirror.roles(owner.id, orgId)).toEqual(['OWNER'])
    expect(mirror.roles(owner.id, other)).toEqual([])
    await join(owner, orgId, member)
    await mirror.caughtUp()
    expect(mirror.roles(member.id, orgId)).toEqual(['USER'])
    expect(mirror.size()).toEqual({ orgs: 1, members: 2 })
  })

  it('goes on with the others if one of them is deleted', async () => {
    const owner = await testServer.signUp()
    const orgs = [await createOrg(owner), await createOrg(owner), await createOrg(owner)] as const
    const mirror = open(testServer, { orgs })
    await mirror.ready()
    await mutate(owner, 'deleteOrg', { orgId: orgs[1] })
    await vi.waitFor(() => expect(mirror.size().orgs).toBe(2), { timeout: 10_000 })
    const member = await testServer.signUp()
    await join(owner, orgs[2], member)
    await mirror.caughtUp()
    expect(orgs.map((orgId) => mirror.roles(owner.id, orgId).length)).toEqual([1, 0, 1])
    expect(mirror.roles(member.id, orgs[2])).toEqual(['USER'])
    expect(mirror.behindMs()).toBeLessThan(5_000)
  })

  it('says that an org does not exist', async () => {
    const mirror = open(testServer, { orgs: ['T3JnOjAxOTBmNWEwLTEyMzQtN2FiYy04ZGVmLTAwMDAwMDAwMDAwMQ=='] })
    await expect(mirror.ready()).rejects.toMatchObject({ code: 'ORG_NOT_FOUND' })
  })

  it('takes 1 to 50 orgs', () => {
    const orgs = Array.from({ length: 51 }, (_, n) => `org ${n}`)
    for (const wrong of [[], orgs]) expect(() => open(testServer, { orgs: wrong })).toThrow(TypeError)
  })
})
