import { describe, expect, it } from 'vitest'
import { fillAppRoles, newKey, upsertAppRole } from '../../support/appRoles.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { createToken, usePeople } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

const fields = 'id key name description permissions assignableBy createdAt'
const upsert = (by: Client, input: Record<string, unknown>) =>
  mutate(by, 'upsertAppRole', input, `created appRole { ${fields} }`)
const list = async (by: Client) => by.ask(`{ appRoles { ${fields} } }`)

describe('upsertAppRole', () => {
  it('makes an app role, which ADMINs may grant if nothing else is said', async () => {
    const key = newKey()
    const made = await upsert(testServer.instance, {
      key,
      name: '  Editor ',
      permissions: ['b:write', 'a:read'],
    })
    expect(made).toEqual({
      __typename: 'UpsertAppRolePayload',
      created: true,
      appRole: {
        id: expect.any(String),
        key,
        name: 'Editor',
        description: null,
        permissions: ['b:write', 'a:read'],
        assignableBy: 'ADMIN',
        createdAt: expect.any(String),
      },
    })
    const { data } = await people.outsider.ask(
      `query($id: ID!) { node(id: $id) { ... on AppRole { ${fields} } } }`,
      { id: made.appRole.id },
    )
    expect(data.node).toEqual(made.appRole)
  })

  it('changes the app role with the key to what is given, and keeps its id', async () => {
    const key = newKey()
    const first = await upsert(testServer.instance, {
      key,
      name: 'Editor',
      description: 'Edits.\r\nEverything.',
      permissions: ['a:read'],
      assignableBy: 'OWNER',
    })
    expect(first.appRole).toMatchObject({ description: 'Edits.\nEverything.', assignableBy: 'OWNER' })
    const second = await upsert(testServer.instance, {
      key,
      name: 'Author',
      permissions: ['c', 'c', 'b'],
      assignableBy: null,
    })
    expect(second).toEqual({
      __typename: 'UpsertAppRolePayload',
      created: false,
      appRole: {
        ...first.appRole,
        name: 'Author',
        description: null,
        permissions: ['c', 'b'],
        assignableBy: 'ADMIN',
      },
    })
  })

  it.each([
    ['a key of 63 characters', { key: `a${'z'.repeat(62)}` }],
    ['every character of a key', { key: 'az09_.:-' }],
    ['a name of 100 code points', { name: '😀'.repeat(100) }],
    ['a description of 1,000 characters', { description: 'é'.repeat(1_000) }],
    ['no permissions', { permissions: [] }],
    ['200 permissions', { permissions: Array.from({ length: 200 }, (_, number) => `p${number}`) }],
    ['a permission of 100 code points', { permissions: ['😀'.repeat(100)] }],
    ['a permission of all visible kinds', { permissions: ['Ünïcodé_1:*/$€😀'] }],
  ])('takes %s', async (_what, input) => {
    const given = { key: newKey(), name: 'A role', permissions: ['x'], ...input }
    expect(await upsert(testServer.instance, given)).toMatchObject({ appRole: given })
  })

  it.each([
    ['an empty key', { key: '' }, 'key'],
    ['a key of 64 characters', { key: 'a'.repeat(64) }, 'key'],
    ['a key that begins with a digit', { key: '0a' }, 'key'],
    ['a key with a capital', { key: 'Editor' }, 'key'],
    ['a key with a space', { key: 'an editor' }, 'key'],
    ['a key with a line break at its end', { key: 'editor\n' }, 'key'],
    ['a key of other letters', { key: 'éditeur' }, 'key'],
    ['an empty name', { name: ' ' }, 'name'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, 'name'],
    ['a description of 1,001 characters', { description: 'x'.repeat(1_001) }, 'description'],
    ['a description with control characters', { description: 'x\0' }, 'description'],
    ['201 permissions', { permissions: Array(201).fill('x') }, 'permissions'],
    ['an empty permission', { permissions: ['x', ''] }, 'permissions.1'],
    ['a permission of 101 characters', { permissions: ['x'.repeat(101)] }, 'permissions.0'],
    ['a permission with a space', { permissions: ['a b'] }, 'permissions.0'],
    ['a permission with a line break', { permissions: ['a\n'] }, 'permissions.0'],
    ['a permission with an invisible character', { permissions: ['a\u200b'] }, 'permissions.0'],
    ['a permission with half a character', { permissions: ['\ud800'] }, 'permissions.0'],
  ])('with %s is InvalidInputError', async (_what, input, path) => {
    const before = await list(testServer.instance)
    const given = { key: newKey(), name: 'A role', permissions: ['x'], ...input }
    expect(await upsert(testServer.instance, given)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path }],
    })
    expect(await list(testServer.instance)).toEqual(before)
  })

  it('reports everything that is wrong at once', async () => {
    const { issues } = await upsert(testServer.instance, { key: '', name: '', permissions: [''] })
    expect(issues.map(({ path }: { path: string }) => path)).toEqual(['key', 'name', 'permissions.0'])
  })

  it('needs APP_ROLE_MANAGE of an instance token', async () => {
    const given = { key: newKey(), name: 'A role', permissions: [] }
    const token = await createToken(testServer, testServer.instance, ['APP_ROLE_MANAGE'])
    expect(await upsert(token, given)).toMatchObject({ created: true })
    const other = await createToken(testServer, testServer.instance, ['ORG_MANAGE', 'MEMBER_ADD'])
    for (const by of [people.owner, other])
      expect(await upsert(by, given)).toMatchObject({
        __typename: 'PermissionDeniedError',
        permission: 'APP_ROLE_MANAGE',
      })
    const orgId = await createOrg(people.owner)
    expect(
      await mutate(people.owner, 'createApiToken', { orgId, name: 'x', permissions: ['APP_ROLE_MANAGE'] }),
    ).toMatchObject({ __typename: 'PermissionDeniedError' })
  })
})

describe('appRoles', () => {
  it('lists all app roles by key, for everybody who is signed in', async () => {
    for (const key of ['b-second', 'b.third', 'b_fourth', 'a-first', 'b0'])
      await upsertAppRole(testServer, { key })
    const orgId = await createOrg(people.owner)
    const orgToken = await createToken(testServer, people.owner, ['ORG_READ'], orgId)
    const token = await createToken(testServer, testServer.instance, ['USER_READ'])
    const { data } = await list(people.outsider)
    const keys = data.appRoles.map(({ key }: { key: string }) => key)
    expect(keys).toEqual([...keys].sort())
    expect(keys).toContain('b-second')
    for (const by of [orgToken, token]) expect((await list(by)).data).toEqual(data)
  })

  it('is UNAUTHENTICATED for nobody, who finds none by id either', async () => {
    const { id } = await upsertAppRole(testServer)
    expect((await list(testServer.nobody)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    const byId = 'query($id: ID!) { node(id: $id) { id } }'
    expect(await testServer.nobody.ask(byId, { id })).toEqual({ data: { node: null } })
    expect(await people.user.ask(byId, { id })).toEqual({ data: { node: { id } } })
  })
})

describe('deleteAppRole', () => {
  it('deletes an app role, and its key can be used again', async () => {
    const { id, key } = await upsertAppRole(testServer)
    expect(await mutate(testServer.instance, 'deleteAppRole', { appRoleId: id }, 'appRoleId')).toEqual({
      __typename: 'DeleteAppRolePayload',
      appRoleId: id,
    })
    const { data } = await people.owner.ask('query($id: ID!) { node(id: $id) { id } }', { id })
    expect(data.node).toBeNull()
    expect(await mutate(testServer.instance, 'deleteAppRole', { appRoleId: id })).toMatchObject({
      __typename: 'NotFoundError',
    })
    expect((await upsertAppRole(testServer, { key })).id).not.toBe(id)
  })

  it('of an id that is none is NotFoundError', async () => {
    for (const appRoleId of ['nonsense', people.owner.id, '']) {
      expect(await mutate(testServer.instance, 'deleteAppRole', { appRoleId })).toMatchObject({
        __typename: 'NotFoundError',
      })
    }
  })
})

describe('an instance', () => {
  const full = useTestServer()
  it('has 200 app roles at most, and changes and lists them all the same', async () => {
    const { key } = await upsertAppRole(full)
    await fillAppRoles(full, 199)
    await upsertAppRole(full)
    expect(await upsert(full.instance, { key: newKey(), name: 'A role', permissions: [] })).toMatchObject({
      __typename: 'LimitReachedError',
      limit: 200,
    })
    expect(await upsert(full.instance, { key, name: 'Changed', permissions: [] })).toMatchObject({
      created: false,
    })
    const { data } = await list(full.instance)
    expect(data.appRoles).toHaveLength(200)
    const [{ id }] = data.appRoles
    await mutate(full.instance, 'deleteAppRole', { appRoleId: id })
    expect(await upsert(full.instance, { key: newKey(), name: 'A role', permissions: [] })).toMatchObject({
      created: true,
    })
  })

  it('whose member has all of them shows and signs them', async () => {
    const owner = await full.signUp()
    const orgId = await createOrg(owner)
    await fillAppRoles(full, 200)
    const ids = (await list(owner)).data.appRoles.map(({ id }: { id: string }) => id)
    const grant = (addAppRoleIds: string[]) =>
      mutate(
        owner,
        'updateOrgUserRoles',
        { orgId, userId: owner.id, addAppRoleIds },
        'orgUser { appRoles { id } }',
      )
    expect(await grant([...ids, ids[0]])).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'addAppRoleIds' }],
    })
    expect((await grant(ids)).orgUser.appRoles).toHaveLength(200)
    const { accessToken } = await mutate(owner, 'createOrgAccessToken', { orgId }, 'accessToken')
    const [, payload = ''] = accessToken.split('.')
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString()).app_roles).toHaveLength(200)
  })
})
