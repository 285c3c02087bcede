import { describe, expect, it, onTestFinished } from 'vitest'
import { guildhallApi, Refusal } from '../../../packages/client/src/index.js'
import { startFaultyProxy } from '../../faults/faultyProxy.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const NAME = '{ viewer { name } }'
const CREATE = `mutation ($name: String!) {
  createOrg(input: { name: $name }) { __typename ... on CreateOrgPayload { org { name } } ... on Error { message } }
}`

describe('the client of the package', () => {
  const bearer = async () =>
    String((await testServer.signUp({ name: 'Ada' })).authorization).replace('Bearer ', '')
  const url = () => `${testServer.url}/graphql`

  it('runs queries and mutations, and throws a refusal with its type and message', async () => {
    const api = guildhallApi({ url: url(), token: await bearer() })
    expect(await api.query(NAME)).toEqual({ viewer: { name: 'Ada' } })
    expect(await api.mutate(CREATE, { name: 'Client' })).toMatchObject({ org: { name: 'Client' } })
    const again = api.mutate(CREATE, { name: '' })
    await expect(again).rejects.toThrow(Refusal)
    await expect(again).rejects.toMatchObject({
      type: 'InvalidInputError',
      message: expect.stringContaining('name'),
    })
    expect(await guildhallApi({ url: url(), token: null }).query(NAME)).toEqual({ viewer: null })
  })

  it('asks once for a fresh token if the server refuses the one it has', async () => {
    const fresh = await bearer()
    const refused: Array<string | undefined> = []
    const token = async (old?: string) => {
      refused.push(old)
      return old === undefined ? 'stale' : fresh
    }
    expect(await guildhallApi({ url: url(), token }).query(NAME)).toEqual({ viewer: { name: 'Ada' } })
    expect(refused).toEqual([undefined, 'stale'])
    for (const given of ['stale', () => 'stale', (old?: string) => (old ? null : 'stale')])
      await expect(guildhallApi({ url: url(), token: given }).query(NAME)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      })
  })

  it('says where nobody answers', async () => {
    const api = guildhallApi({ url: 'http://127.0.0.1:1/graphql', token: null })
    await expect(api.query(NAME)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('http://127.0.0.1:1/graphql'),
    })
  })
  it('gives up a request that has no answer in time', async () => {
    const network = await startFaultyProxy(testServer.url)
    onTestFinished(() => network.close())
    network.hang(true)
    const api = guildhallApi({ url: new URL('/graphql', network.url).href, token: null, timeoutMs: 200 })
    await expect(api.query(NAME)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('TimeoutError'),
    })
  })
})
