import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import { requireAccessToken as forExpress } from '../../../packages/node/src/express.js'
import { requireAccessToken as forFastify } from '../../../packages/node/src/fastify.js'
import { requireAccessToken as forHono } from '../../../packages/node/src/hono.js'
import type { AccessTokenOptions, Caller } from '../../../packages/node/src/index.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { APP_URL, useTestServer } from '../../support/testServer.js'

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller
  }
}

/** A back end with one page, which says who the caller is. */
interface BackEnd {
  get(headers: Record<string, string>): Promise<Response>
  close(): Promise<unknown>
}

const backEnds: Record<string, (options: AccessTokenOptions) => Promise<BackEnd>> = {
  async Express(options) {
    const app = express()
    app.use('/projects', forExpress(options))
    app.get('/projects', (request, response) => void response.json({ org: request.caller?.orgId }))
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/projects`
    return {
      get: (headers) => fetch(url, { headers }),
      async close() {
        server.closeAllConnections()
        server.close()
      },
    }
  },
  async Fastify(options) {
    const app = fastify()
    app.addHook('onRequest', forFastify(options))
    app.get('/projects', async (request) => ({ org: request.caller?.orgId }))
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    return { get: (headers) => fetch(`${url}/projects`, { headers }), close: () => app.close() }
  },
  async Hono(options) {
    const app = new Hono<{ Variables: { caller: Caller } }>()
    app.use('/projects', forHono(options))
    app.get('/projects', (c) => c.json({ org: c.get('caller').orgId }))
    return { get: async (headers) => app.request('/projects', { headers }), close: async () => {} }
  },
}

describe.each(Object.entries(backEnds))('requireAccessToken for %s', (_, start) => {
  const testServer = useTestServer()
  let orgId: string
  let token: string
  let options: AccessTokenOptions

  beforeAll(async () => {
    const owner = await testServer.signUp()
    orgId = await createOrg(owner)
    token = (await mutate(owner, 'createOrgAccessToken', { orgId }, 'accessToken')).accessToken
    const jwksUrl = `${testServer.url}/.well-known/jwks.json`
    options = { jwksUrl, issuer: APP_URL, audience: 'guildhall' }
  })

  /** Sends one request to a new back end. */
  async function sent(headers: Record<string, string>, own: Partial<AccessTokenOptions> = {}) {
    const backEnd = await start({ ...options, ...own })
    try {
      const response = await backEnd.get(headers)
      return {
        status: response.status,
        challenge: response.headers.get('www-authenticate'),
        retryAfter: response.headers.get('retry-after'),
        body: await response.json(),
      }
    } finally {
      await backEnd.close()
    }
  }

  it('puts the caller on the request', async () => {
    expect(await sent({ authorization: `Bearer ${token}` })).toMatchObject({
      status: 200,
      body: { org: orgId },
    })
    expect(await sent({ authorization: `bearer ${token}` })).toMatchObject({ status: 200 })
  })

  it('answers with 401 and a plain challenge if there is no token', async () => {
    for (const headers of [
      {},
      { authorization: '' },
      { authorization: 'Basic abc' },
      { authorization: 'Bearer' },
    ])
      expect(await sent(headers as Record<string, string>)).toEqual({
        status: 401,
        challenge: 'Bearer',
        retryAfter: null,
        body: { error: { code: 'UNAUTHENTICATED', message: 'Send an org access token.' } },
      })
  })

  it('answers with 401 and the reason if the token is not accepted', async () => {
    expect(await sent({ authorization: `Bearer ${token}` }, { audience: 'other' })).toEqual({
      status: 401,
      challenge:
        'Bearer error="invalid_token", error_description="The access token is for another audience."',
      retryAfter: null,
      body: { error: { code: 'WRONG_AUDIENCE', message: 'The access token is for another audience.' } },
    })
    expect(await sent({ authorization: 'Bearer a.b.c' })).toMatchObject({
      status: 401,
      challenge: `Bearer error="invalid_token", error_description="The access token can't be read."`,
    })
  })

  it('answers with 503 if the keys can’t be fetched', async () => {
    const jwksUrl = `http://127.0.0.1:9/${crypto.randomUUID()}`
    expect(await sent({ authorization: `Bearer ${token}` }, { jwksUrl })).toMatchObject({
      status: 503,
      retryAfter: '1',
      body: { error: { code: 'UNAVAILABLE' } },
    })
  })

  it('answers with 500 if it is set up wrongly', async () => {
    const backEnd = await start({ ...options, issuer: '' })
    const response = await backEnd.get({ authorization: `Bearer ${token}` })
    await backEnd.close()
    expect(response.status).toBe(500)
  })
})
