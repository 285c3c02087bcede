import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { projectsServer } from '../../examples/host/projects.js'
import { createOrg, mutate } from '../support/mutate.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'

const issuer = 'https://orgs.example.com'
const testServer = useTestServer({
  env: { TOKEN_ISSUER: issuer, TOKEN_AUDIENCES: 'projects,billing' },
})
let owner: TestPerson
let orgId: string

beforeEach(async () => {
  owner = await testServer.signUp()
  orgId = await createOrg(owner)
})

const tokenFor = async (audience: string) =>
  (await mutate(owner, 'createOrgAccessToken', { orgId, audience }, 'accessToken')).accessToken as string

/** A Python that has PyJWT. Debian's is not always the first on the PATH. */
const python = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['-c', 'import jwt, cryptography']).status === 0,
)
if (python === undefined && process.env.CI === 'true') throw new Error('CI needs python3-jwt')

/** Starts a back end that gets its keys from this Guildhall. @returns the back end’s URL */
type Start = (guildhallUrl: string) => Promise<string>

async function startWithJose(guildhallUrl: string): Promise<string> {
  const options = { guildhallUrl, issuer, audience: 'projects' }
  const server = projectsServer(options, new Map([[orgId, ['Apollo']]])).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function startWithPyJwt(guildhallUrl: string): Promise<string> {
  const child = spawn(python ?? '', ['examples/host/projects.py'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      GUILDHALL_URL: guildhallUrl,
      ISSUER: issuer,
      AUDIENCE: 'projects',
      PROJECTS: JSON.stringify({ [orgId]: ['Apollo'] }),
      PORT: '0',
    },
  })
  onTestFinished(() => void child.kill())
  const [url] = await once(createInterface(child.stdout), 'line')
  return url as string
}

const backEnds: Array<[string, Start, boolean]> = [
  ['in TypeScript with jose', startWithJose, true],
  ['in Python with PyJWT', startWithPyJwt, python !== undefined],
]

describe.each(backEnds)('another back end %s', (_, start, canRun) => {
  const ask = async (url: string, token: string) => {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    return [response.status, await response.json()]
  }

  it.runIf(canRun)('accepts an org access token with Guildhall’s public keys alone', async () => {
    expect(await ask(await start(testServer.url), await tokenFor('projects'))).toEqual([200, ['Apollo']])
  })

  it.runIf(canRun)('refuses a token for another audience, a changed one, and a sign-in token', async () => {
    const url = await start(testServer.url)
    const token = await tokenFor('projects')
    const [head, , signature] = token.split('.')
    const forged = [head, Buffer.from('{"org_id":"other"}').toString('base64url'), signature].join('.')
    for (const bad of [
      await tokenFor('billing'),
      forged,
      owner.authorization?.slice('Bearer '.length) ?? '',
      '',
    ])
      expect((await ask(url, bad))[0]).toBe(401)
  })

  it.runIf(canRun)('answers 503 while it can’t get the keys', async () => {
    const url = await start('http://127.0.0.1:1')
    expect((await ask(url, await tokenFor('projects')))[0]).toBe(503)
  })
})
