import { once } from 'node:events'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openMirror, projectsBackEnd } from '../../examples/host/expressBackEnd.js'
import { upsertAppRole } from '../support/appRoles.js'
import { freePort } from '../support/freePort.js'
import { createOrg, join, mutate } from '../support/mutate.js'
import { createToken } from '../support/people.js'
import { useTestServer } from '../support/testServer.js'
import { createWebhook } from '../support/webhooks.js'

const issuer = 'https://orgs.example.com'

describe('the back end with Express', () => {
  const testServer = useTestServer({ env: { TOKEN_ISSUER: issuer, TOKEN_AUDIENCES: 'projects' } })

  it('lets members do what their app roles permit, and hears of those who are gone', async () => {
    const [owner, member] = [await testServer.signUp(), await testServer.signUp()]
    const orgId = await createOrg(owner)
    await join(owner, orgId, member)
    const appRole = await upsertAppRole(testServer, { permissions: ['project:write'] })
    const change = (mutation: string, input = {}) =>
      mutate(owner, mutation, { orgId, userId: member.id, ...input })
    const { authorization = '' } = await createToken(testServer, testServer.instance, [
      'ORG_READ',
      'MEMBER_READ',
      'EVENT_READ',
    ])
    const mirror = await openMirror(testServer.url, authorization.replace('Bearer ', ''))
    onTestFinished(() => mirror.close())

    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const { secret } = await createWebhook(owner, orgId, `${url}/webhooks/guildhall`)
    const gone: string[] = []
    const app = projectsBackEnd({
      guildhallUrl: testServer.url,
      issuer,
      audience: 'projects',
      webhookSecret: secret,
      mirror,
      onGone: (userId, orgId) => void gone.push(`${userId} of ${orgId}`),
    })
    const server = app.listen(port, '127.0.0.1')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    await once(server, 'listening')

    const token = async () =>
      (await mutate(member, 'createOrgAccessToken', { orgId, audience: 'projects' }, 'accessToken'))
        .accessToken
    const send = async (method: string, bearer: string) => {
      const response = await fetch(`${url}/projects`, {
        method,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        ...(method === 'POST' && { body: '{"name":"Apollo"}' }),
      })
      return method === 'GET' ? await response.json() : response.status
    }
    const plain = await token()
    expect([await send('GET', plain), await send('POST', plain), await send('GET', 'none')]).toEqual([
      [],
      403,
      { error: { code: 'MALFORMED', message: expect.any(String) } },
    ])
    await change('updateOrgUserRoles', { addAppRoleIds: [appRole.id] })
    const writing = await token()
    expect([await send('POST', writing), await send('GET', writing)]).toEqual([201, ['Apollo']])
    await mirror.caughtUp()
    expect(await send('DELETE', plain)).toBe(204)

    await change('removeOrgUser')
    await mirror.caughtUp()
    // The token is valid for some minutes, and the mirror knows better.
    expect([await send('POST', writing), await send('DELETE', writing)]).toEqual([201, 403])
    await vi.waitFor(() => expect(gone).toEqual([`${member.id} of ${orgId}`]), { timeout: 20_000 })
    const forged = await fetch(`${url}/webhooks/guildhall`, { method: 'POST', body: '{"type":"ping"}' })
    expect(forged.status).toBe(401)
  })
})
