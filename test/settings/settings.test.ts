import { describe, expect, test } from 'vitest'
import { Environment } from '../../src/settings/environment.js'
import { environmentSource, gather } from '../../src/settings/given.js'
import { BadSettings, readSettings, settingsReference } from '../../src/settings/settings.js'
import { likelyTypos } from '../../src/settings/typos.js'
import { settingsWarnings } from '../../src/settings/warnings.js'

const secret = 'x'.repeat(32)
const production = { NODE_ENV: 'production', AUTH_JWT_SECRET: secret, APP_URL: 'https://app.example.com' }

const problems = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readSettings(env)
    return []
  } catch (error) {
    if (error instanceof BadSettings) return error.problems
    throw error
  }
}
const invalidNames = (env: NodeJS.ProcessEnv) => problems(env).map((problem) => problem.split(' ')[0])

describe('settings', () => {
  test('have the contract’s defaults in an empty environment', () => {
    const settings = readSettings({})
    expect(settings.http).toMatchObject({ port: 4000, host: '127.0.0.1', allowedOrigins: [] })
    expect(settings.database).toMatchObject({ dataDir: '.data', url: undefined })
    expect(settings.limits).toMatchObject({
      bodyBytes: 262_144,
      depth: 12,
      aliases: 15,
      operationsPerSocket: 100,
      mailsPerAddressPerDay: 10,
      mailsPerAddressPerOrgPerDay: 3,
      mailsPerUserPerDay: 200,
      invitesPerOrgPerDay: 500,
      orgsPerUserPerDay: 50,
    })
    expect(settings.dns).toMatchObject({ emailDomainProof: 'address' })
    expect(settings.accessTokens).toEqual({
      issuer: undefined,
      audiences: ['guildhall'],
      lifetimeS: 300,
      perMinute: 600,
      keySecret: undefined,
    })
    expect(settings.mail.retryForMs).toBe(3_600_000)
    expect(settings.auth.keys).toEqual({ by: 'generated' })
    expect(settings.tiers).toEqual({
      FREE: { seats: 25, pendingInvites: 25 },
      PREMIUM: { seats: 10_000, pendingInvites: 10_000 },
    })
  })

  test.each([
    ['APP_URL', 'https://ada:hush@app.example.com'],
    ['APP_URL', 'ftp://ada:h/us@hush@app.example.com'],
    ['ALLOWED_ORIGINS', 'https://ada:hush@app.example.com'],
    ['HOST', 'postgres://ada:hush@db.example.com'],
    ['PORT', 'postgres://ada:hush@db.example.com'],
  ])('a wrong %s that holds a password does not show it', (name, value) => {
    const [problem, ...more] = problems({ [name]: value })
    expect(problem).toMatch(new RegExp(`^${name} must .*, not "\\w+://\\[redacted\\]@`))
    expect(problem).not.toMatch(/ada|hus/)
    expect(more).toEqual([])
  })

  test('a wrong value is shown on one line, not at any length', () => {
    const [problem = ''] = problems({ PORT: `\u009b31m\u202e${'x'.repeat(5_000)}` })
    expect(problem).toContain('"\ufffd31m\ufffdxxx')
    expect(problem.length).toBeLessThan(300)
  })

  test.each([
    [{ METRICS_PORT: '4000' }, true],
    [{ METRICS_PORT: '4500', PORT: '4500', HOST: '0.0.0.0' }, true],
    [{ METRICS_PORT: '4500', PORT: '4500', METRICS_HOST: '::' }, true],
    [{ METRICS_PORT: '4500', PORT: '4500', METRICS_HOST: '10.0.0.1' }, false],
    [{ METRICS_PORT: '0', PORT: '0' }, false],
    [{ METRICS_PORT: '9464' }, false],
  ])('METRICS_PORT is not PORT: %o', (env, isWrong) => {
    expect(problems(env)).toEqual(isWrong ? ['METRICS_PORT and PORT are the same: choose another'] : [])
  })

  test('that are invalid are all named in one message, including invalid combinations', () => {
    const env = {
      NODE_ENV: 'production',
      PORT: '65536',
      MAX_DEPTH: '0',
      DATABASE_URL: 'mysql://db',
      SMTP_URL: 'http://mail',
      TRUST_PROXY: 'everyone',
    }
    expect(invalidNames(env).sort()).toEqual([
      'APP_URL',
      'AUTH_JWT_SECRET',
      'DATABASE_URL',
      'MAIL_FROM',
      'MAX_DEPTH',
      'PORT',
      'SMTP_URL',
      'TRUST_PROXY',
    ])
    expect(() => readSettings(env)).toThrow(/^8 settings are wrong:\n( {2}[A-Z_]+ .+\n?){8}$/)
  })

  test('with unknown names are ignored, and empty ones count as unset', () => {
    expect(readSettings({ HOME: '/root', GUILDHALL: '?', PORT: '', APP_URL: '  ' })).toEqual(readSettings({}))
  })

  test.each([
    ['NODE_ENV', 'prod'],
    ['LOG_LEVEL', 'loud'],
    ['PORT', '4000x'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['HOST', 'x86_64-conda-linux-gnu'],
    ['HOST', '[::]'],
    ['HOST', 'http://0.0.0.0'],
    ['HOST', '*'],
    ['HOST', '127.0.0.1:4000'],
    ['HOST', '300.0.0.1'],
    ['DATABASE_URL', 'localhost:5432'],
    ['DATABASE_URL', 'postgres://db/x?schema=guildhall'],
    ['DATABASE_URL', 'postgres://db/x?sslmode=on'],
    ['DATABASE_URL', 'postgres://db/x?sslmode=verify-ca'],
    ['REDIS_URL', 'http://redis'],
    ['DATABASE_POOL_SIZE', '0'],
    ['FREE_SEATS', '3000000000'],
    ['APP_URL', 'app.example.com'],
    ['APP_URL', 'javascript:alert(1)'],
    ['APP_URL', 'https://app.example.com/?x=1'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'https://a.example.com/path'],
    ['ALLOWED_ORIGINS', 'https://a.example.com,null'],
    ['ALLOWED_ORIGINS', 'https://*'],
    ['ALLOWED_ORIGINS', 'https://*.com'],
    ['ALLOWED_ORIGINS', 'https://*example.com'],
    ['ALLOWED_ORIGINS', 'https://*.*.example.com'],
    ['ALLOWED_ORIGINS', 'https://a.*.example.com'],
    ['ALLOWED_ORIGINS', 'https://*.example.com/'],
    ['ALLOWED_ORIGINS', 'https://*.Example.com'],
    ['ALLOWED_ORIGINS', '*.example.com'],
    ['ALLOWED_ORIGINS', 'capacitor://localhost'],
    ['AUTH_JWT_SECRET', 'x'.repeat(31)],
    ['AUTH_JWKS_URL', 'ftp://keys'],
    ['AUTH_JWKS_URL', 'https://user:password@id.example.com/keys'],
    ['AUTH_AUDIENCE', ','],
    ['TOKEN_AUDIENCES', ','],
    ['TOKEN_LIFETIME_S', '59'],
    ['TOKEN_LIFETIME_S', '3601'],
    ['KEY_ENCRYPTION_SECRET', 'x'.repeat(31)],
    ['EMAIL_DOMAIN_PROOF', 'mail'],
    ['INSTANCE_TOKEN', 'x'.repeat(31)],
    ['INSTANCE_TOKEN', `${'x'.repeat(32)} y`],
    ['SMTP_URL', 'smtp://'],
    ['MAIL_FROM', 'nobody'],
    ['MAIL_FROM', 'a@example.com\r\nBcc: b@example.com'],
    ['DNS_SERVERS', 'ns.example.com'],
    ['DNS_SERVERS', '127.0.0.1:0'],
    ['DNS_SERVERS', '127.0.0.1:70000'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['GRAPHIQL', 'maybe'],
    ['MAX_COST', '0'],
  ])('refuse for %s the value %j', (name, value) => {
    expect(invalidNames({ [name]: value })).toEqual([name])
  })

  test.each([
    ['HOST', '::'],
    ['HOST', '0.0.0.0'],
    ['HOST', 'localhost'],
    ['HOST', 'web-1.internal'],
    ['DATABASE_URL', 'postgresql:///guildhall?host=/run/postgresql'],
    ['DATABASE_URL', 'postgres://u:p%23w%2F@db/x?options=-c%20search_path%3Dguildhall'],
    ['DATABASE_URL', 'postgres://u:p@db/x?sslmode=require&channel_binding=require'],
    ['SMTP_URL', 'smtp://a%40b:p%2Fw@mail.example.com:587?requireTLS=true'],
    ['REDIS_URL', 'rediss://:pw@redis.example.com:6380/1'],
    ['APP_URL', 'http://localhost:3000/app'],
    ['ALLOWED_ORIGINS', 'https://a.example.com, http://localhost:3000'],
    ['ALLOWED_ORIGINS', 'https://*.preview.example.com:8443, http://*.localhost:3000'],
    ['MAIL_FROM', 'Guildhall <guildhall@localhost>'],
    ['MAIL_FROM', '"Guild, hall" <post@example.com>'],
    ['SMTP_URL', 'smtps://user:pw@mail.example.com'],
    ['DNS_SERVERS', '127.0.0.1:5353, ::1, [::1]:53'],
    ['TRUST_PROXY', '10.0.0.0/8, ::1'],
    ['AUTH_JWT_SECRET', 'ä'.repeat(16)],
    ['TOKEN_LIFETIME_S', '3600'],
    ['KEY_ENCRYPTION_SECRET', 'x'.repeat(32)],
  ])('accept for %s the value %j', (name, value) => {
    expect(problems({ [name]: value })).toEqual([])
  })

  test.each([
    ['SMTP_URL', 'smtps://AKIA:ab/cd@mail.example.com'],
    ['SMTP_URL', 'smtp://u:p#w@mail.example.com'],
    ['SMTP_URL', 'smtp://u:12#w@mail.example.com'],
    ['SMTP_URL', 'smtp://u:12/w@mail.example.com'],
    ['SMTP_URL', 'smtp://u:p?w@mail.example.com'],
    ['DATABASE_URL', 'postgres://u:p#w@db/x'],
    ['DATABASE_URL', 'postgresql://u:p/w@db/x'],
    ['REDIS_URL', 'redis://:p#w@redis'],
  ])('say for %s to percent-encode the password of %j, without repeating it', (name, value) => {
    expect(problems({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} .*percent-encode`)),
    ])
    expect(problems({ [name]: value }).join()).not.toContain(value)
  })

  test('have the same meaning of sslmode as libpq', () => {
    const url = (text: string) =>
      readSettings({ DATABASE_URL: `postgres://u:p@db/x${text}` }).database.url?.slice(19)
    expect(url('')).toBe('')
    expect(url('?sslmode=require')).toBe('?sslmode=require&uselibpqcompat=true')
    expect(url('?sslmode=allow&x=1')).toBe('?sslmode=prefer&x=1&uselibpqcompat=true')
    expect(url('?sslmode=verify-full')).toBe('?sslmode=verify-full')
    expect(url('?sslmode=no-verify')).toBe('?sslmode=no-verify')
    expect(url('?sslrootcert=system')).toBe('?sslmode=verify-full')
    expect(url('?sslmode=require&uselibpqcompat=true')).toBe('?sslmode=require&uselibpqcompat=true')
  })

  test('that are misspelt are suggested, and no other variable of the environment is mentioned', () => {
    const typos = (env: NodeJS.ProcessEnv) => likelyTypos(env).map(({ name, meant }) => `${name} ${meant}`)
    expect(typos({ SMTPURL: 'x', DATABASE_URI: 'x', AUTH_JWT_SECERT: 'x', MAIL_FORM: 'x' })).toEqual([
      'SMTPURL SMTP_URL',
      'DATABASE_URI DATABASE_URL',
      'AUTH_JWT_SECERT AUTH_JWT_SECRET',
      'MAIL_FORM MAIL_FROM',
    ])
    expect(typos({ SMTPURL: 'x', SMTP_URL: 'x' })).toEqual([])
    const usual = [
      'PATH',
      'HOME',
      'HOSTNAME',
      'HOSTS',
      'PORTS',
      'SMTP_PORT',
      'SMTP_SERVICE_HOST',
      'APP_ENV',
      'PGHOST',
    ]
    expect(typos(Object.fromEntries(usual.map((name) => [name, 'x'])))).toEqual([])
  })

  test('cannot have both a shared secret and a provider’s keys', () => {
    const both = { AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: 'https://id.example.com/keys' }
    expect(problems(both)).toEqual(['AUTH_JWT_SECRET and AUTH_JWKS_URL exclude each other: set one of them'])
    expect(readSettings({ AUTH_JWKS_URL: both.AUTH_JWKS_URL }).auth.keys).toEqual({
      by: 'jwks',
      url: 'https://id.example.com/keys',
    })
  })

  const provider = {
    AUTH_ISSUER: 'https://id.example.com/',
    AUTH_JWKS_URL: 'https://id.example.com/keys',
    OIDC_CLIENT_ID: 'pages',
  }

  test('have the pages sign in at the provider whose tokens the server accepts', () => {
    expect(readSettings({}).auth.pages).toBeUndefined()
    expect(readSettings(provider).auth.pages).toEqual({
      clientId: 'pages',
      scopes: 'openid profile email',
      audience: undefined,
      resource: undefined,
    })
    expect(
      readSettings({
        ...provider,
        OIDC_SCOPES: ' openid   offline_access ',
        OIDC_AUDIENCE: 'https://api.example.com',
        OIDC_RESOURCE: 'urn:api',
      }).auth.pages,
    ).toMatchObject({
      scopes: 'openid offline_access',
      audience: 'https://api.example.com',
      resource: 'urn:api',
    })
  })

  test.each([
    [{ OIDC_CLIENT_ID: 'pages' }, ['AUTH_ISSUER', 'AUTH_JWKS_URL']],
    [{ ...provider, AUTH_JWKS_URL: undefined, AUTH_JWT_SECRET: secret }, ['AUTH_JWKS_URL']],
    [{ ...provider, AUTH_ISSUER: 'example' }, ['AUTH_ISSUER']],
    [{ ...provider, AUTH_ISSUER: 'https://id.example.com/?tenant=1' }, ['AUTH_ISSUER']],
    [{ ...provider, OIDC_SCOPES: 'profile email' }, ['OIDC_SCOPES']],
    [{ ...provider, OIDC_SCOPES: 'openid "email"' }, ['OIDC_SCOPES']],
    [{ OIDC_SCOPES: 'openid', OIDC_AUDIENCE: 'x' }, ['OIDC_SCOPES', 'OIDC_AUDIENCE']],
  ])('of the sign-in to the pages that can’t work are refused: %j', (env, names) => {
    expect(invalidNames(env)).toEqual(names)
  })

  test('in production without a sign-in to the pages are warned of, with where the links lead', () => {
    const warnings = (env: NodeJS.ProcessEnv) =>
      settingsWarnings(readSettings(env), env, gather([environmentSource(env)])).filter((text) =>
        text.startsWith('OIDC_CLIENT_ID'),
      )
    expect(warnings({})).toEqual([])
    expect(warnings(production).join()).toContain('https://app.example.com')
    expect(warnings({ ...provider, NODE_ENV: 'production', APP_URL: 'https://app.example.com' })).toEqual([])
  })

  test('in production require a way to sign in and the public address, and turn off all development pages', () => {
    expect(invalidNames({ NODE_ENV: 'production' }).sort()).toEqual(['APP_URL', 'AUTH_JWT_SECRET'])
    expect(readSettings(production).http).toMatchObject({ graphiql: false, introspection: false })
    expect(readSettings({ ...production, GRAPHIQL: 'true' }).http.graphiql).toBe(true)
    expect(readSettings({ GRAPHIQL: 'off' }).http.graphiql).toBe(false)
  })

  test('in production with a mail server require a sender', () => {
    const mail = { ...production, SMTP_URL: 'smtp://mail.example.com' }
    expect(invalidNames(mail)).toEqual(['MAIL_FROM'])
    expect(problems({ ...mail, MAIL_FROM: 'post@example.com' })).toEqual([])
  })

  test('that are invalid are reported without secrets', () => {
    const message = problems({
      AUTH_JWT_SECRET: 'hush-hush',
      INSTANCE_TOKEN: 'hush-hush',
      DATABASE_URL: 'mysql://u:hush-hush@db',
      SMTP_URL: 'http://u:hush-hush@mail',
      REDIS_URL: 'tcp://:hush-hush@redis',
      PORT: 'shown',
    }).join('\n')
    expect(message).not.toContain('hush')
    expect(message).toContain('not "shown"')
  })

  test('are parsed: a base URL loses its last slash, and a number of proxies is distinguished from addresses', () => {
    const settings = readSettings({ APP_URL: 'https://a.example.com/x/', PORT: '8080', TRUST_PROXY: '2' })
    expect(settings.http).toMatchObject({
      appUrl: 'https://a.example.com/x',
      port: 8080,
      trustedProxies: { hops: 2 },
    })
  })

  test('have one row each in the reference, with their default', () => {
    const reference = settingsReference()
    for (const name of Object.keys(Environment.shape))
      expect(reference.match(new RegExp(`^\\| \`${name}\` \\| \\S.* \\| \\S.* \\|$`, 'gm'))).toHaveLength(1)
    expect(reference).toContain('| `MAX_BODY_BYTES` | `262144` bytes |')
  })
})

describe('the settings of traces', () => {
  const collector = 'http://collector:4318'

  test('ask for none by default, and none if they are disabled', () => {
    expect(readSettings({}).traces).toBeUndefined()
    expect(readSettings({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }).traces).toBeUndefined()
    for (const off of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])
      expect(readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: collector, ...off }).traces).toBeUndefined()
  })

  test('name a collector, or only an exporter', () => {
    expect(readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector}//` }).traces).toEqual({
      exporter: 'otlp',
      url: `${collector}/v1/traces`,
      protocol: 'http/protobuf',
      serviceName: undefined,
    })
    expect(readSettings({ OTEL_TRACES_EXPORTER: 'otlp' }).traces).toMatchObject({ url: undefined })
    expect(readSettings({ OTEL_TRACES_EXPORTER: 'console' }).traces).toMatchObject({ exporter: 'console' })
    expect(problems({ OTEL_TRACES_EXPORTER: 'zipkin' })).toEqual([
      'OTEL_TRACES_EXPORTER must be otlp, console or none, not "zipkin"',
    ])
  })

  test('prefer what is said of traces', () => {
    expect(
      readSettings({
        OTEL_EXPORTER_OTLP_ENDPOINT: collector,
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example.com/in',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
        OTEL_SERVICE_NAME: 'orgs',
      }).traces,
    ).toEqual({
      exporter: 'otlp',
      url: 'https://traces.example.com/in',
      protocol: 'http/json',
      serviceName: 'orgs',
    })
  })
})
