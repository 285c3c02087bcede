import { type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { jwtVerifier } from '../../src/auth/jwt.js'
import { logOfRefusals } from '../../src/auth/refusedCredentials.js'
import { logLines } from '../support/logLines.js'
import { JWT_SECRET, useTestServer } from '../support/testServer.js'

const { log, lines, text } = logLines()
const testServer = useTestServer({
  env: { AUTH_ISSUER: 'https://idp.example', AUTH_AUDIENCE: 'web, mobile' },
  log,
})

const now = () => Math.floor(Date.now() / 1_000)
const right = { iss: 'https://idp.example', aud: 'web', sub: 'ada' }

const sign = (claims: JWTPayload, { secret = JWT_SECRET, alg = 'HS256', typ = 'JWT' } = {}) =>
  new SignJWT({ exp: now() + 3_600, ...right, ...claims })
    .setProtectedHeader({ alg, typ })
    .sign(new TextEncoder().encode(secret))

const statusOf = async (authorization: string) => {
  const response = await fetch(`${testServer.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: '{"query":"{ viewer { id } }"}',
  })
  return [response.status, await response.text()] as const
}

const refusals = () => lines.filter(({ msg }) => msg === 'a credential was refused')

describe('the reason why a credential was refused', () => {
  it('is in the log, and not in the answer', async () => {
    const cases: [why: Record<string, unknown>, authorization: string][] = [
      [
        { reason: 'issuer', expected: right.iss, given: 'https://idp.example/' },
        `Bearer ${await sign({ iss: 'https://idp.example/' })}`,
      ],
      [
        { reason: 'audience', expected: ['web', 'mobile'], given: ['desktop', 'tv'] },
        `Bearer ${await sign({ aud: ['desktop', 'tv'] })}`,
      ],
      [{ reason: 'expired' }, `Bearer ${await sign({ exp: now() - 60 })}`],
      [{ reason: 'not valid yet' }, `Bearer ${await sign({ nbf: now() + 60 })}`],
      [{ reason: 'issued in the future' }, `Bearer ${await sign({ iat: now() + 60 })}`],
      [
        { reason: 'signature', alg: 'HS256', kid: 'none' },
        `Bearer ${await sign({}, { secret: `${JWT_SECRET}!` })}`,
      ],
      [
        { reason: 'algorithm', alg: 'HS512' },
        `Bearer ${await sign({}, { alg: 'HS512', secret: JWT_SECRET.repeat(2) })}`,
      ],
      [{ reason: 'type' }, `Bearer ${await sign({}, { typ: 'id+jwt' })}`],
      [{ reason: 'subject' }, `Bearer ${await sign({ sub: 'a'.repeat(300) })}`],
      [{ reason: 'claim', claim: 'nbf' }, `Bearer ${await sign({ nbf: 'aaaa' as unknown as number })}`],
      [{ reason: 'no expiry' }, `Bearer ${await sign({ exp: undefined as unknown as number })}`],
      [{ reason: 'malformed' }, 'Bearer undefined'],
      [{ reason: 'unknown API token' }, `Bearer gh_${'x'.repeat(43)}`],
    ]
    const statuses = new Set<number>()
    const bodies = new Set<string>()
    for (const [why, authorization] of cases) {
      const before = refusals().length
      const [status, body] = await statusOf(authorization)
      statuses.add(status)
      bodies.add(body)
      expect(refusals().slice(before), JSON.stringify(why)).toEqual([
        expect.objectContaining({ ...why, count: 1 }),
      ])
    }
    expect([...statuses]).toEqual([401])
    expect(bodies.size).toBe(1)
    // The log has no tokens and no claims other than those two.
    for (const [, authorization] of cases) expect(text()).not.toContain(authorization.slice(7, 27))
    expect(text()).not.toContain('aaaa')
    expect(text()).not.toContain('"ada"')
  })

  it('is logged once a minute, however often it happens', async () => {
    const stale = `Bearer ${await sign({ exp: now() - 60 })}`
    await statusOf(stale)
    const before = refusals().length
    for (let time = 0; time < 20; time++) await statusOf(stale)
    expect(refusals()).toHaveLength(before)
  })

  it('shows an issuer or audience shortened and in one line, whatever the provider signed', async () => {
    const { log, lines } = logLines()
    const verify = jwtVerifier({
      keys: { by: 'secret', secret: JWT_SECRET },
      issuer: 'a',
      audiences: ['b'],
      report: logOfRefusals(log),
    })
    const hostile = `x\n{"level":60}\u202e${'y'.repeat(5_000)}`
    await verify(await sign({ iss: hostile }))
    const aud = [hostile, ...Array.from({ length: 500 }, () => 'z'), [['deep']]] as string[]
    await verify(await sign({ iss: 'a', aud }))
    expect(lines.map(({ given }) => given)).toEqual([
      expect.stringMatching(/^x\ufffd{"level":60}\ufffdy{50,200}…$/),
      [expect.stringMatching(/^x\ufffd.{50,200}…$/), 'z', 'z', 'z', 'z'],
    ])
  })

  it('is a warning if a setting may be wrong, and information otherwise', () => {
    const levels = Object.fromEntries(refusals().map(({ reason, level }) => [reason, level]))
    expect(levels).toMatchObject({
      issuer: 'warn',
      audience: 'warn',
      signature: 'warn',
      claim: 'warn',
      expired: 'info',
      malformed: 'info',
    })
  })
})

describe('an empty Authorization header', () => {
  it.each(['', ' '])('counts as no credential (%j)', async (authorization) => {
    await expect(testServer.server.authenticate(authorization)).resolves.toEqual({ kind: 'nobody' })
  })

  it.each(['Bearer', 'Bearer ', 'Bearer null', 'null', 'Basic YTpi'])(
    'is not the same as %j, which is refused',
    async (authorization) => {
      await expect(testServer.server.authenticate(authorization)).rejects.toThrow()
    },
  )
})

describe('a token for one of several audiences', () => {
  it.each(['web', 'mobile', ['x', 'mobile']])('is accepted (%j)', async (aud) => {
    expect((await statusOf(`Bearer ${await sign({ aud })}`))[0]).toBe(200)
  })
})
