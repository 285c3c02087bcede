// The lower bound: `node:http`, and one hand-written statement for each operation, whose JSON result is sent unchanged.
import { createServer, type IncomingMessage } from 'node:http'
import pg from 'pg'
import domain from './domain.sql'
import { databaseUrl, jwtSecret, poolSize, port } from './environment.js'
import { subjectOf } from './viewer.js'

const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize })
await pool.query(domain)

const id = (type: string, column: string) => `encode(convert_to('${type}:' || ${column}, 'utf8'), 'base64')`
const time = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const members = (size: string) => `(
  select coalesce(json_agg(json_build_object(
    'id', ${id('OrgUser', 'm.id')}, 'roles', m.roles, 'joinedAt', ${time('m.joined_at')},
    'user', json_build_object('id', ${id('User', 'u.id')}, 'name', u.name, 'email', u.email)
  ) order by m.joined_at, m.id), '[]')
  from (select * from org_user where org_id = org.id order by joined_at, id limit ${size}) m
    join "user" u on u.id = m.user_id)`

const invites = `(
  select coalesce(json_agg(json_build_object(
    'id', ${id('OrgInvite', 'i.id')}, 'email', i.email, 'roles', i.roles,
    'status', case when i.status = 'PENDING' and i.expires_at <= clock_timestamp() then 'EXPIRED' else i.status end,
    'createdAt', ${time('i.created_at')}, 'expiresAt', ${time('i.expires_at')},
    'invitedBy', case when u.id is null then null else json_build_object('id', ${id('User', 'u.id')}, 'name', u.name) end
  ) order by i.created_at desc, i.id desc), '[]')
  from (select * from org_invite where org_id = org.id order by created_at desc, id desc limit 20) i
    left join "user" u on u.id = i.invited_by_id)`

const ofOrg = (fields: string) => `
  select json_build_object('data', json_build_object('org', json_build_object(${fields})))::text as text
  from org join org_user viewer on viewer.org_id = org.id and viewer.user_id = $2 where org.id = $1`

const uuidOf = (globalId: string) => Buffer.from(globalId, 'base64').toString('latin1').split(':')[1]

// biome-ignore lint/suspicious/noExplicitAny: this server checks no input
type Variables = any
const statements: Record<string, { text: string; values(variables: Variables, viewer: string): unknown[] }> =
  {
    Dashboard: {
      text: ofOrg(`'id', ${id('Org', 'org.id')}, 'name', org.name, 'status', org.status,
      'users', json_build_object('nodes', ${members('50')}),
      'invites', case when viewer.roles && '{ADMIN,OWNER}' then json_build_object('nodes', ${invites}) end`),
      values: ({ org }, viewer) => [uuidOf(org), viewer],
    },
    Members: {
      text: ofOrg(`'users', json_build_object('nodes', ${members('$3')})`),
      values: ({ org, first }, viewer) => [uuidOf(org), viewer, first],
    },
    OrgName: {
      text: ofOrg(`'id', ${id('Org', 'org.id')}, 'name', org.name, 'status', org.status`),
      values: ({ org }, viewer) => [uuidOf(org), viewer],
    },
    Viewer: {
      text: `select json_build_object('data', json_build_object('viewer', json_build_object(
      'id', ${id('User', 'id')}, 'name', name, 'email', email)))::text as text from "user" where id = $1`,
      values: (_, viewer) => [viewer],
    },
    Invite: {
      text: `select json_build_object('data', json_build_object('createOrgInvite', json_build_object(
      '__typename', 'CreateOrgInvitePayload',
      'orgInvite', json_build_object(
        'id', ${id('OrgInvite', 'i.id')}, 'email', i.email, 'roles', i.roles, 'status', i.status))))::text as text
      from bench_invite($1, $2, $3) i`,
      values: ({ input }, viewer) => [uuidOf(input.orgId), viewer, input.invitee.email],
    },
    Accept: {
      text: `select json_build_object('data', json_build_object('acceptOrgInvite', json_build_object(
      '__typename', 'AcceptOrgInvitePayload',
      'orgInvite', json_build_object('id', ${id('OrgInvite', '(a.invite).id')}, 'status', (a.invite).status),
      'orgUser', json_build_object(
        'id', ${id('OrgUser', '(a.member).id')}, 'roles', (a.member).roles,
        'user', json_build_object('id', ${id('User', '(a.person).id')}, 'name', (a.person).name)))))::text as text
      from bench_accept($1, $2) a`,
      values: ({ input }, viewer) => [uuidOf(input.invite.orgInviteId), viewer],
    },
  }

const viewers = new Map<string, string>()

async function viewerOf(authorization: string | undefined): Promise<string> {
  const subject = subjectOf(authorization, jwtSecret)
  let viewer = viewers.get(subject)
  if (viewer === undefined) {
    const { rows } = await pool.query<{ id: string }>('select id from "user" where subject = $1', [subject])
    viewer = rows[0]?.id ?? ''
    viewers.set(subject, viewer)
  }
  return viewer
}

async function answer(req: IncomingMessage, body: string): Promise<string> {
  const viewer = await viewerOf(req.headers.authorization)
  const { operationName, variables } = JSON.parse(body)
  if (operationName === 'Trivial') return '{"data":{"__typename":"Query"}}'
  const statement = statements[operationName]
  if (statement === undefined) throw new Error(`unknown operation ${operationName}`)
  const { text, values } = statement
  const { rows } = await pool.query<{ text: string }>({
    name: operationName,
    text,
    values: values(variables, viewer),
  })
  return rows[0]?.text ?? '{"data":null}'
}

createServer((req, res) => {
  const chunks: Buffer[] = []
  req.on('data', (chunk) => chunks.push(chunk))
  req.on('end', () => {
    answer(req, Buffer.concat(chunks).toString()).then(
      (text) => {
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
        res.end(text)
      },
      (error) => {
        res.writeHead(500, { 'content-type': 'application/json' })
        res.end(JSON.stringify({ errors: [{ message: String(error) }] }))
      },
    )
  })
}).listen(port, '127.0.0.1')
