import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from '../support/freePort.js'
import { createOrg, join as joinOrg, mutate } from '../support/mutate.js'
import { temporaryFolder } from '../support/temporaryFolder.js'
import { useTestServer } from '../support/testServer.js'

const issuer = 'https://orgs.example.com'
const guide = readFileSync('docs/any-language.md', 'utf8')

/** The blocks of the guide in a language, in order. Those with a path are one file. */
const blocks = (fence: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${fence}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text)

/** A Python that has PyJWT. Debian's is not always the first on the PATH. */
const python = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['-c', 'import jwt, cryptography']).status === 0,
)
if (python === undefined && process.env.CI === 'true') throw new Error('CI needs python3-jwt')

describe.runIf(python !== undefined)('a back end in Python that is made of the guide', () => {
  const testServer = useTestServer({ env: { TOKEN_ISSUER: issuer, TOKEN_AUDIENCES: 'projects,billing' } })

  /** An owner, their org, and the back end with its webhook. `said` fills with what it prints. */
  async function start() {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const port = String(await freePort())
    const [tokenFor = '', tellProjects = ''] = blocks('graphql')
    expect(tokenFor).toContain('createOrgAccessToken')
    expect(tellProjects).toContain('https://projects.example.com')
    const tell = tellProjects.replace('https://projects.example.com', `http://127.0.0.1:${port}`)
    const made = await owner.ask(tell, { orgId })
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'back_end.py'), blocks('python back_end\\.py').join(''))
    const child = spawn(python ?? '', ['back_end.py'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        GUILDHALL_URL: testServer.url,
        ISSUER: issuer,
        AUDIENCE: 'projects',
        WEBHOOK_SECRET: made.data.createWebhook.secret,
        PORT: port,
      },
    })
    onTestFinished(() => void child.kill())
    const lines = createInterface(child.stdout)
    const [url] = (await once(lines, 'line')) as [string]
    const said: string[] = []
    lines.on('line', (line) => said.push(line))
    return { owner, orgId, url, said }
  }

  it('lets members in by an access token of its own, and nobody else', async () => {
    const { owner, orgId, url } = await start()
    const ask = async (token: string) =>
      (await fetch(`${url}/projects`, { headers: { authorization: `Bearer ${token}` } })).status
    const [tokenFor = ''] = blocks('graphql')
    const { data } = await owner.ask(tokenFor, { orgId })
    const { accessToken } = data.createOrgAccessToken
    expect(await ask(accessToken)).toBe(200)
    const [head, payload, signature] = accessToken.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    expect(Object.keys(claims)).toEqual(
      expect.arrayContaining(['user_id', 'org_id', 'permissions', 'app_permissions']),
    )
    const forged = Buffer.from(JSON.stringify({ ...claims, org_id: 'another' })).toString('base64url')
    expect(await ask(`${head}.${forged}.${signature}`)).toBe(401)
    expect(await ask(owner.authorization?.replace('Bearer ', '') ?? '')).toBe(401)
    const other = await mutate(owner, 'createOrgAccessToken', { orgId, audience: 'billing' }, 'accessToken')
    expect(await ask(other.accessToken)).toBe(401)
  })

  it('hears when somebody leaves, and refuses messages that Guildhall has not signed', async () => {
    const { owner, orgId, url, said } = await start()
    const member = await testServer.signUp()
    await joinOrg(owner, orgId, member)
    await mutate(owner, 'removeOrgUser', { orgId, userId: member.id })
    await vi.waitFor(() => expect(said).toEqual([`gone: ${member.id}`]), { timeout: 15_000 })
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
      'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
    }
    const body = '{"type":"org_user.left","data":{"event":{"userId":"x"}}}'
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(401)
    expect(said).toHaveLength(1)
  })
})
