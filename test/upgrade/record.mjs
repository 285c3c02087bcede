// Records what a released version leaves behind, for the tests of upgrades:
//
//   node test/upgrade/record.mjs COMMIT [CHECKOUT]
//
// It starts that version on an empty PostgreSQL, lets people work, and writes three files beside this one:
//
//   released.sql         the database, as pg_dump writes it
//   released.json        who the people are, the links and cursors that they hold, and what queries answered them
//   statements.json      each statement that the version sent while people worked on after the dump, in order, with
//                        its parameters
//
// It needs Debian's postgresql (initdb, postgres, pg_dump), and runs it as the user postgres. CHECKOUT is a built checkout of
// the commit. Without it one is made and built, which takes some minutes.
import { execFileSync, spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '..', '..')
const [commit, given] = process.argv.slice(2)
if (!commit) throw new Error('node test/upgrade/record.mjs COMMIT [CHECKOUT]')

// They protect nothing.
const JWT_SECRET = 'a secret of the released version, of 32 bytes or more'
const INSTANCE_TOKEN = 'the-instance-token-of-the-released-version-0123'
const PORT = 4717
const POSTGRES_PORT = 54717
const url = `http://127.0.0.1:${PORT}`
const databaseUrl = `postgresql://guildhall@127.0.0.1:${POSTGRES_PORT}/guildhall`

const work = mkdtempSync(join(tmpdir(), 'guildhall-record-'))
chmodSync(work, 0o755)
const checkout = given ?? build()
let stopServer = async () => {}
const postgres = await startPostgres()
try {
  await record()
} finally {
  await stopServer()
  await postgres.stop()
  if (!given) execFileSync('git', ['worktree', 'remove', '--force', checkout], { cwd: root })
  rmSync(work, { recursive: true })
}

function build() {
  const directory = join(work, 'checkout')
  execFileSync('git', ['worktree', 'add', '--detach', directory, commit], { cwd: root, stdio: 'inherit' })
  execFileSync('npm', ['ci', '--include=dev'], { cwd: directory, stdio: 'inherit' })
  return directory
}

async function startPostgres() {
  const [major] = readdirSync('/usr/lib/postgresql').sort((a, b) => b - a)
  const program = (name) => `/usr/lib/postgresql/${major}/bin/${name}`
  const asPostgres = process.getuid() === 0 ? ['runuser', '-u', 'postgres', '--'] : []
  const run = (...command) =>
    execFileSync([...asPostgres, ...command][0], [...asPostgres, ...command].slice(1))
  const data = join(work, 'data')
  if (asPostgres.length > 0) execFileSync('chown', ['postgres', work])
  run(
    program('initdb'),
    '-D',
    data,
    '-U',
    'guildhall',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  )
  const server = spawn(
    [...asPostgres, program('postgres')][0],
    [
      ...[...asPostgres, program('postgres')].slice(1),
      ...['-D', data, '-p', String(POSTGRES_PORT), '-k', work, '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'logging_collector=on', '-c', 'log_destination=jsonlog', '-c', 'log_directory=log'],
      ...['-c', 'log_filename=all.log', '-c', 'log_rotation_age=0', '-c', 'log_rotation_size=0'],
      ...['-c', 'log_statement=all', '-c', 'fsync=off'],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  for (;;) {
    try {
      run(
        program('psql'),
        '-h',
        '127.0.0.1',
        '-p',
        String(POSTGRES_PORT),
        '-U',
        'guildhall',
        'postgres',
        '-qc',
        'create database guildhall',
      )
      break
    } catch {
      await delay(200)
    }
  }
  return {
    log: () =>
      readFileSync(join(data, 'log', 'all.json'), 'utf8')
        .split('\n')
        .filter(Boolean),
    dump: () =>
      // Lines with a backslash are for psql only.
      String(
        run(
          program('pg_dump'),
          '--inserts',
          '--rows-per-insert=50',
          '--no-owner',
          '--no-privileges',
          '--no-comments',
          databaseUrl,
        ),
      )
        .split('\n')
        .filter((line) => !/^(?:\\|--|$)/.test(line))
        .join('\n'),
    async stop() {
      const ended = once(server, 'exit')
      run(program('pg_ctl'), 'stop', '-D', data, '-m', 'fast')
      await ended
    },
  }
}

async function startServer() {
  const server = spawn(process.execPath, [join(checkout, 'dist', 'main.js')], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(PORT),
      DATABASE_URL: databaseUrl,
      AUTH_JWT_SECRET: JWT_SECRET,
      INSTANCE_TOKEN,
      APP_URL: 'https://app.example',
      // Nothing listens there: the mails wait in the queue.
      SMTP_URL: 'smtp://127.0.0.1:1',
      MAIL_FROM: 'Guildhall <invites@guildhall.example>',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = once(server, 'exit')
  stopServer = async () => {
    server.kill('SIGTERM')
    await ended
  }
  while (!(await fetch(`${url}/ready`).catch(() => null))?.ok) await delay(100)
}

async function record() {
  await startServer()
  const story = await populate()
  await stopServer()
  writeFileSync(join(here, 'released.sql'), `${postgres.dump()}\n`)
  const recordedAt = new Date().toISOString()
  writeFileSync(join(here, 'released.json'), `${JSON.stringify({ commit, recordedAt, ...story })}\n`)

  await startServer()
  const before = postgres.log().length
  await workOn(story)
  // The log is written a moment later.
  await delay(1_000)
  const statements = statementsIn(postgres.log().slice(before))
  await stopServer()
  writeFileSync(join(here, 'statements.json'), `${JSON.stringify(statements)}\n`)
}

function jwt({ subject, email, name }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1_000)
  const claims = { sub: subject, email, email_verified: true, name, iat: now, exp: now + 600 }
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', JWT_SECRET).update(text).digest('base64url')}`
}

async function ask(credential, query, variables) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(credential && { authorization: `Bearer ${credential}` }),
    },
    body: JSON.stringify({ query, variables }),
  })
  const answer = await response.json()
  if (answer.errors) throw new Error(`${query}\n${JSON.stringify(answer.errors)}`)
  return answer.data
}

/** Runs a mutation that must not be refused. */
async function act(credential, name, input, selection) {
  const type = name[0].toUpperCase() + name.slice(1)
  const { result } = await ask(
    credential,
    `mutation($input: ${type}Input!) { result: ${name}(input: $input) { __typename ... on ${type}Payload { ${selection} } ... on Error { message } } }`,
    { input },
  )
  if (result.__typename !== `${type}Payload`) throw new Error(`${name}: ${JSON.stringify(result)}`)
  return result
}

/** A document of the version's own operations/, with its fragments. */
function documentOf(name) {
  const find = (file) => readFileSync(join(checkout, 'operations', file), 'utf8')
  const fragments = new Map()
  const collect = (text) => {
    for (const [, fragment] of text.matchAll(/\.\.\.\s*([A-Z]\w+)/g)) {
      const file = `fragments/${fragment}.graphql`
      if (fragments.has(fragment) || !existsSync(join(checkout, 'operations', file))) continue
      fragments.set(fragment, find(file))
      collect(fragments.get(fragment))
    }
  }
  const text = find(`${name}.graphql`)
  collect(text)
  return [text, ...fragments.values()]
    .join('\n')
    .replace(/^ *#.*\n/gm, '')
    .replace(/\s+/g, ' ')
}

function tokenOf({ acceptUrl }) {
  return acceptUrl.split('/').at(-1)
}

function person(name) {
  const lower = name.toLowerCase()
  return { name, subject: `released|${lower}`, email: `${lower}@${lower}.example` }
}

async function populate() {
  const people = Object.fromEntries(
    ['Ada', 'Ben', 'Cleo', 'Drew', 'Eve', 'Finn'].map((name) => [name, person(name)]),
  )
  const as = (name) => (name === 'instance' ? INSTANCE_TOKEN : jwt(people[name]))
  for (const name of Object.keys(people))
    people[name].id = (await ask(as(name), '{ viewer { id } }')).viewer.id

  const { org } = await act(as('Ada'), 'createOrg', { name: 'Released', bindEmailDomain: true }, 'org { id }')
  const orgId = org.id
  const { org: other } = await act(
    as('Ben'),
    'createOrg',
    { name: 'Ärger & Söhne', dataRegion: 'EU_CENTRAL' },
    'org { id }',
  )
  const linked = async (to, roles = ['USER']) => {
    const input = {
      orgId,
      invitee: { email: people[to].email },
      roles,
      sendEmail: false,
      message: `Hello ${to}`,
    }
    const made = await act(as('instance'), 'createOrgInvite', input, 'acceptUrl orgInvite { id }')
    return { id: made.orgInvite.id, token: tokenOf(made) }
  }

  const toBen = await linked('Ben', ['ADMIN'])
  await act(as('Ben'), 'acceptOrgInvite', { invite: { token: toBen.token } }, 'orgUser { id }')
  const toCleo = await linked('Cleo')
  await act(as('Cleo'), 'acceptOrgInvite', { invite: { orgInviteId: toCleo.id } }, 'orgUser { id }')
  const toEve = await linked('Eve')
  await act(as('Eve'), 'declineOrgInvite', { invite: { token: toEve.token } }, 'orgInvite { id }')
  await act(
    as('Ada'),
    'updateOrgUserRoles',
    { orgId, userId: people.Cleo.id, add: ['ADMIN'] },
    'orgUser { id }',
  )
  await act(as('Ada'), 'setOrgResourceCount', { orgId, kind: 'projects', count: 3 }, 'org { id }').catch(() =>
    act(as('instance'), 'setOrgResourceCount', { orgId, kind: 'projects', count: 3 }, 'org { id }'),
  )
  await act(as('Ada'), 'bindEmailDomain', { orgId, domain: 'released.example' }, 'emailDomain { id }')
  const apiToken = await act(
    as('Ada'),
    'createApiToken',
    {
      orgId,
      name: 'Sync',
      permissions: ['ORG_READ', 'MEMBER_READ', 'INVITE_READ', 'INVITE_CREATE', 'EVENT_READ'],
    },
    'secret apiToken { id }',
  )
  const revoked = await act(
    as('Ada'),
    'createApiToken',
    { orgId, name: 'Old', permissions: ['ORG_READ'] },
    'secret apiToken { id }',
  )
  await act(as('Ada'), 'revokeApiToken', { apiTokenId: revoked.apiToken.id }, 'apiToken { id }')

  // From here on Ada's dashboard and Drew's inbox are closed.
  const { org: seen } = await ask(as('Ada'), 'query($orgId: ID!) { org(id: $orgId) { eventCursor } }', {
    orgId,
  })
  const { viewer: inbox } = await ask(as('Drew'), '{ viewer { orgInviteEventCursor } }')
  const toDrew = await linked('Drew', ['USER', 'ADMIN'])
  const toFinn = await linked('Finn')
  const guest = (name) => ({ email: `${name}@guests.example` })
  const mailed = await act(
    as('Ben'),
    'createOrgInvite',
    { orgId, invitee: guest('mailed'), message: 'By mail' },
    'orgInvite { id }',
  )
  await act(
    as('Ben'),
    'createOrgInvites',
    { orgId, invitees: Array.from({ length: 20 }, (_, i) => guest(`many${i}`)), sendEmail: false },
    '__typename',
  )
  const gone = await act(
    as('Ada'),
    'createOrgInvite',
    { orgId, invitee: guest('gone'), sendEmail: false },
    'orgInvite { id }',
  )
  await act(as('Ada'), 'revokeOrgInvite', { orgInviteId: gone.orgInvite.id }, 'orgInvite { id }')
  await act(as('Ada'), 'updateOrg', { orgId, name: 'Released Ltd' }, 'org { id }')
  await act(as('Ada'), 'removeOrgUser', { orgId, userId: people.Cleo.id }, 'org { id }')
  // Until the first attempt to send has failed and the queue is at rest.
  await delay(3_000)

  const queries = []
  const keep = async (who, name, variables = {}) => {
    const document = documentOf(name)
    queries.push({ as: who, name, document, variables, data: await ask(as(who), document, variables) })
  }
  for (const who of ['Ada', 'Ben', 'Drew', 'Cleo']) await keep(who, 'WhoAmI')
  await keep('Ada', 'OrgDashboard', { orgId })
  await keep('Ben', 'OrgDashboard', { orgId: other.id })
  for (const who of ['Ben', 'Cleo']) await keep(who, 'OrgGlance', { orgId })
  await keep('Ada', 'OrgMembers', { orgId })
  await keep('Ada', 'OrgInvites', { orgId, first: 50, filter: { statuses: ['PENDING'] } })
  await keep('Ada', 'OrgApiTokens', { orgId })
  await keep('Ada', 'OrgEmailDomains', { orgId })
  await keep('Drew', 'PreviewInvite', { token: toDrew.token })
  const head = await ask(
    as('Ada'),
    'query($orgId: ID!) { org(id: $orgId) { events(last: 1) { nodes { seq } } } }',
    { orgId },
  )
  return {
    jwtSecret: JWT_SECRET,
    instanceToken: INSTANCE_TOKEN,
    people,
    orgId,
    otherOrgId: other.id,
    apiToken: apiToken.secret,
    revokedApiToken: revoked.secret,
    links: { drew: toDrew, finn: toFinn },
    mailedInviteId: mailed.orgInvite.id,
    cursors: { org: seen.eventCursor, inbox: inbox.orgInviteEventCursor },
    lastSeq: head.org.events.nodes[0].seq,
    queries,
  }
}

/** What people do after the dump: the version's usual reads and every kind of write. */
async function workOn({ people, orgId, links, apiToken }) {
  const as = (name) => (name === 'instance' ? INSTANCE_TOKEN : jwt(people[name]))
  const grace = person('Grace')
  await ask(jwt(grace), '{ viewer { id } }')
  await act(
    as('instance'),
    'upsertUser',
    { subject: 'released|hal', email: 'hal@hal.example', emailVerified: true, name: 'Hal' },
    'created',
  )
  const { org } = await act(
    jwt(grace),
    'createOrg',
    { name: `Later ${randomBytes(3).toString('hex')}` },
    'org { id }',
  )
  for (const who of ['Ada', 'Ben']) {
    await ask(as(who), documentOf('WhoAmI'), {})
    await ask(as(who), documentOf('OrgDashboard'), { orgId })
    await ask(as(who), documentOf('OrgMembers'), { orgId })
    await ask(as(who), documentOf('OrgInvites'), { orgId })
  }
  await ask(as('Ada'), documentOf('OrgApiTokens'), { orgId })
  await ask(as('Ada'), documentOf('OrgEmailDomains'), { orgId })
  await ask(apiToken, 'query($orgId: ID!) { org(id: $orgId) { users(first: 5) { nodes { id roles } } } }', {
    orgId,
  })
  await ask(undefined, documentOf('PreviewInvite'), { token: links.drew.token })
  await act(as('Drew'), 'acceptOrgInvite', { invite: { token: links.drew.token } }, 'orgUser { id roles }')
  await act(
    as('Finn'),
    'declineOrgInvite',
    { invite: { orgInviteId: links.finn.id } },
    'orgInvite { id status }',
  )
  const made = await act(
    as('Ada'),
    'createOrgInvite',
    { orgId, invitee: { email: 'later@guests.example' }, sendEmail: false },
    'orgInvite { id }',
  )
  await act(
    as('Ada'),
    'resendOrgInvite',
    { orgInviteId: made.orgInvite.id, sendEmail: false, roles: ['ADMIN'] },
    'orgInvite { id }',
  )
  await act(as('Ben'), 'revokeOrgInvite', { orgInviteId: made.orgInvite.id }, 'orgInvite { id }')
  await act(as('Ada'), 'deleteOrgInvite', { orgInviteId: made.orgInvite.id }, 'orgInviteId')
  await act(
    as('Ada'),
    'createOrgInvites',
    { orgId, invitees: [{ email: 'one@guests.example' }, { userId: people.Cleo.id }] },
    '__typename',
  )
  await act(
    as('Ada'),
    'updateOrgUserRoles',
    { orgId, userId: people.Ben.id, remove: ['ADMIN'], add: ['USER'] },
    'orgUser { id }',
  )
  await act(as('Ada'), 'updateOrg', { orgId, name: 'Released PLC' }, 'org { id }')
  await act(as('Ada'), 'unbindEmailDomain', { orgId, domain: 'released.example' }, '__typename')
  const token = await act(
    as('Ada'),
    'createApiToken',
    { orgId, name: 'Later', permissions: ['ORG_READ'] },
    'apiToken { id }',
  )
  await act(as('Ada'), 'revokeApiToken', { apiTokenId: token.apiToken.id }, 'apiToken { id }')
  await act(as('Drew'), 'leaveOrg', { orgId }, 'orgId')
  await act(as('Ada'), 'removeOrgUser', { orgId, userId: people.Ben.id }, 'org { id }')
  await act(jwt(grace), 'deleteOrg', { orgId: org.id }, '__typename')
}

/**
 * The statements of each transaction, in the order of their first statement. Statements outside a transaction are one of
 * their own. Leaves out what starts and watches a server, and the queue of jobs, which another package owns.
 */
function statementsIn(lines) {
  const sessions = new Map()
  const units = []
  for (const line of lines) {
    const { pid, session_id, application_name, message = '', detail = '' } = JSON.parse(line)
    const [, text] = /^(?:statement|execute [^:]*): ([\s\S]*)$/.exec(message) ?? []
    if (text === undefined || !/^guildhall$/.test(application_name ?? '')) continue
    const key = session_id ?? pid
    const open = sessions.get(key)
    if (/^\s*begin/i.test(text)) {
      const unit = []
      sessions.set(key, unit)
      units.push(unit)
    } else if (/^\s*(?:commit|rollback)\s*;?\s*$/i.test(text)) sessions.delete(key)
    else {
      const unit = open ?? []
      if (!open) units.push(unit)
      unit.push({ text, values: parametersIn(detail) })
    }
  }
  return units.filter((unit) => unit.length > 0)
}

/** `parameters: $1 = 'it''s', $2 = NULL` */
function parametersIn(detail) {
  return [...detail.matchAll(/\$\d+ = (?:(NULL)|'((?:[^']|'')*)')/g)].map(([, isNull, value]) =>
    isNull ? null : value.replaceAll("''", "'"),
  )
}
