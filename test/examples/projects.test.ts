import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { projectsServer } from '../../examples/host/projects.js'
import { createOrg, mutate } from '../support/mutate.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'

const issuer = 'https://orgs.example.com'
const testServer = useTestServer({
  env: { TOKEN_ISSUER: issuer, TOKEN_AUDIENCES: 'projects,billing' },
})
let owner: TestPerson
let orgId: string
let backEnd: ReturnType<typeof projectsServer>

beforeEach(async () => {
  owner = await testServer.signUp()
  orgId = await createOrg(owner)
  const options = { guildhallUrl: testServer.url, issuer, audience: 'projects' }
  backEnd = projectsServer(options, new Map([[orgId, ['Apollo']]])).listen(0, '127.0.0.1')
  await once(backEnd, 'listening')
})
afterEach(() => {
  backEnd.closeAllConnections()
  backEnd.close()
})

const tokenFor = async (audience: string) =>
  (await mutate(owner, 'createOrgAccessToken', { orgId, audience }, 'accessToken')).accessToken as string

async function askProjects(token: string) {
  const { port } = backEnd.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: `Bearer ${token}` } })
  return [response.status, await response.json()]
}

it('another back end accepts an org access token with Guildhall’s public keys alone', async () => {
  expect(await askProjects(await tokenFor('projects'))).toEqual([200, ['Apollo']])
})

it('another back end refuses a token for another audience, a changed one, and a sign-in token', async () => {
  const token = await tokenFor('projects')
  const [head, , signature] = token.split('.')
  const forged = [head, Buffer.from('{"org_id":"other"}').toString('base64url'), signature].join('.')
  for (const bad of [
    await tokenFor('billing'),
    forged,
    owner.authorization?.slice('Bearer '.length) ?? '',
    '',
  ])
    expect((await askProjects(bad))[0]).toBe(401)
})
