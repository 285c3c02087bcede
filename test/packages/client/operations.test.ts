import { readdirSync, readFileSync } from 'node:fs'
import { buildSchema, parse, print, specifiedRules, stripIgnoredCharacters, validate } from 'graphql'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  guildhallApi,
  isRefusal,
  type PayloadOf,
  type RefusalOf,
} from '../../../packages/client/src/index.js'
import * as operations from '../../../packages/client/src/operations/index.js'
import {
  AcceptInviteDocument,
  type AcceptInviteMutation,
  CreateOrgDocument,
  InviteSomeoneDocument,
  OrgMembersDocument,
  type RefusalsOfMutation,
  type TypedDocument,
  WhoAmIDocument,
} from '../../../packages/client/src/operations/index.js'
import { useTestServer } from '../../support/testServer.js'

const documents = Object.entries<TypedDocument<unknown, never>>(operations)

describe('the documents of the package', () => {
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'))
  // A document of a fragment alone has no operation that uses it.
  const rules = specifiedRules.filter(({ name }) => name !== 'NoUnusedFragmentsRule')

  it('are all operations and fragments of operations/', () => {
    const named = (folder: string, ending: string) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.graphql'))
        .map((name) => name.replace('.graphql', ending))
    const all = [...named('operations', 'Document'), ...named('operations/fragments', 'FragmentDoc')]
    expect(documents.map(([name]) => name).sort()).toEqual(all.sort())
  })

  it.each(documents)('%s has a valid tree, which is the tree of its text', (_, document) => {
    expect(validate(schema, document, rules)).toEqual([])
    const text = document.loc?.source.body ?? ''
    expect(stripIgnoredCharacters(print(document))).toBe(stripIgnoredCharacters(text))
    expect(print(parse(text))).toBe(print(document))
  })
})

describe('the client with a document of the package', () => {
  const testServer = useTestServer()
  const apiOf = (authorization = '') =>
    guildhallApi({ url: `${testServer.url}/graphql`, token: authorization.replace('Bearer ', '') })

  it('knows the types of variables and results, and tells refusals from payloads', async () => {
    const owner = await testServer.signUp({ name: 'Ada' })
    const api = apiOf(owner.authorization)
    const { viewer } = await api.query(WhoAmIDocument)
    expectTypeOf(viewer?.name).toEqualTypeOf<string | null | undefined>()
    expect(viewer?.name).toBe('Ada')

    const { org } = await api.mutate(CreateOrgDocument, { input: { name: 'Typed' } })
    expectTypeOf(org).toEqualTypeOf<{ id: string; name: string }>()
    const read = await api.query(OrgMembersDocument, { orgId: org.id })
    expect(read.org?.users?.nodes.map(({ user }) => user.name)).toEqual(['Ada'])

    const invite = (email: string) =>
      api.query(InviteSomeoneDocument, { input: { orgId: org.id, invitee: { email } } })
    const { createOrgInvite: done } = await invite('grace@example.com')
    if (isRefusal(done)) throw new Error(done.message)
    expect(done.orgInvite.email).toBe('grace@example.com')

    const { createOrgInvite: refused } = await invite('grace@example.com')
    if (!isRefusal(refused)) throw new Error('It was not refused.')
    expectTypeOf(refused.message).toEqualTypeOf<string>()
    if (refused.__typename !== 'OrgInviteAlreadyPendingError') throw new Error(refused.message)
    expect(refused.pendingInvite?.id).toBe(done.orgInvite.id)
  })

  it('has types that refuse wrong variables and list the refusals of each mutation', () => {
    const api = apiOf()
    const wrong = () => [
      // @ts-expect-error It needs an input.
      api.mutate(AcceptInviteDocument),
      // @ts-expect-error A number is needed.
      api.query(OrgMembersDocument, { orgId: 'a', first: 'three' }),
    ]
    expect(wrong).toBeTypeOf('function')
    type Result = AcceptInviteMutation['acceptOrgInvite']
    expectTypeOf<PayloadOf<Result>['__typename']>().toEqualTypeOf<'AcceptOrgInvitePayload'>()
    expectTypeOf<RefusalOf<Result>['__typename']>().toEqualTypeOf<RefusalsOfMutation['acceptOrgInvite']>()
  })
})
