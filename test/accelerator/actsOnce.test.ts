import { beforeAll, describe, expect, it } from 'vitest'
import { ask, type TestPerson, useTestServer } from '../support/testServer.js'

describe.each([
  ['the accelerator', true],
  ['the plain path', false],
])('a mutation on %s runs once, even if an error comes', (_, fast) => {
  const testServer = useTestServer()
  let url: string
  let owner: TestPerson
  beforeAll(async () => {
    url = fast ? testServer.url : (await testServer.startAnother({ env: { ACCELERATOR: 'none' } })).url
    owner = await testServer.signUp()
  })

  const names = () => Array.from({ length: 2 }, () => `Org ${crypto.randomUUID()}`)
  /**
   * Sends a document until it is compiled: it is cached at its second request and compiled at its
   * third.
   */
  const askCompiled = async (document: string, variables: () => Record<string, unknown>) => {
    for (let before = 0; before < 2; before++) await ask(url, owner.authorization, document, variables())
    return ask(url, owner.authorization, document, variables())
  }
  const orgsCalled = async (prefix: string) =>
    (await owner.ask('query($search: String) { orgs(search: $search) { totalCount } }', { search: prefix }))
      .data.orgs.totalCount

  it('in the fields of its payload', async () => {
    let [name] = names()
    const { data, errors } = await askCompiled(
      `mutation($name: String!) { createOrg(input: { name: $name }) {
        ... on CreateOrgPayload { org { name users(first: 500) { totalCount } } } } }`,
      () => {
        ;[name] = names()
        return { name }
      },
    )
    expect(errors).toMatchObject([
      { path: ['createOrg', 'org', 'users'], extensions: { code: 'BAD_USER_INPUT' } },
    ])
    expect(data.createOrg.org).toEqual({ name, users: null })
    expect(await orgsCalled(name ?? '')).toBe(1)
  })

  it('in another mutation, and the ones after that still run', async () => {
    let [name, other] = names()
    const { data, errors } = await askCompiled(
      `mutation($name: String!, $other: String!) {
        first: createOrg(input: { name: $name }) { ... on CreateOrgPayload { org { users(first: 0) { totalCount } } } }
        again: createOrg(input: { name: $name }) { __typename }
        other: createOrg(input: { name: $other }) { ... on CreateOrgPayload { org { name } } }
      }`,
      () => {
        ;[name, other] = names()
        return { name, other }
      },
    )
    expect(errors).toHaveLength(1)
    expect(data).toEqual({
      first: { org: { users: null } },
      again: { __typename: 'OrgNameTakenError' },
      other: { org: { name: other } },
    })
    expect(await orgsCalled(name ?? '')).toBe(1)
    expect(await orgsCalled(other ?? '')).toBe(1)
  })

  it('in itself, and the one before it stays done', async () => {
    let [name] = names()
    const document = `mutation($name: String!) {
      createOrg(input: { name: $name }) { ... on CreateOrgPayload { org { name } } }
      createApiToken(input: { name: $name, permissions: [ORG_READ] }) { ... on Error { message } }
    }`
    const { data, errors } = await askCompiled(document, () => {
      ;[name] = names()
      return { name }
    })
    expect(data.createOrg.org).toEqual({ name })
    expect(errors ?? data.createApiToken).toBeTruthy()
    expect(await orgsCalled(name ?? '')).toBe(1)
  })
})
