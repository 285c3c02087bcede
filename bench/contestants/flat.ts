// A harder floor: `node:http`, flat rows by prepared statements, those of one turn in one write, and JSON by hand.
import { createServer, type IncomingMessage } from 'node:http'
import pg from 'pg'
import domain from './domain.sql'
import { databaseUrl, jwtSecret, poolSize, port } from './environment.js'
import { openPipes, type Rows } from './flatRows.js'
import { flat } from './flatStatements.js'
import { subjectOf } from './viewer.js'

const setUp = new pg.Client(databaseUrl)
await setUp.connect()
await setUp.query(domain)
await setUp.end()
const { run } = await openPipes(databaseUrl, poolSize)

type Cell = string | null | undefined
const uuidOf = (globalId: string) => Buffer.from(globalId, 'base64').toString('latin1').split(':')[1]
const idOf = (type: string, uuid: Cell) => Buffer.from(`${type}:${uuid}`, 'latin1').toString('base64')
const text = (value: Cell) => (value == null ? 'null' : JSON.stringify(value))
/** From `2026-03-01 10:20:30.5+00`. */
const time = (value: Cell) =>
  value == null
    ? 'null'
    : `"${value.slice(0, 10)}T${value.slice(11, 19)}.${value.slice(20, -3).padEnd(3, '0')}Z"`
/** From `{USER,OWNER}`. */
const roles = (value: Cell) => `["${value?.slice(1, -1).replaceAll(',', '","')}"]`

const membersOf = (rows: Rows) =>
  rows
    .map(
      ([id, own, joinedAt, user, name, email]) =>
        `{"id":"${idOf('OrgUser', id)}","roles":${roles(own)},"joinedAt":${time(joinedAt)},"user":{"id":"${idOf('User', user)}","name":${text(name)},"email":${text(email)}}}`,
    )
    .join()

const invitesOf = (rows: Rows) =>
  rows
    .map(
      ([id, email, own, status, createdAt, expiresAt, user, name]) =>
        `{"id":"${idOf('OrgInvite', id)}","email":${text(email)},"roles":${roles(own)},"status":"${status}","createdAt":${time(createdAt)},"expiresAt":${time(expiresAt)},"invitedBy":${user === null ? 'null' : `{"id":"${idOf('User', user)}","name":${text(name)}}`}}`,
    )
    .join()

// biome-ignore lint/suspicious/noExplicitAny: this server checks no input
type Variables = any
/** Each returns the JSON of `data`. Statements of one request are sent together. */
const operations: Record<string, (variables: Variables, viewer: string) => Promise<string>> = {
  async Dashboard({ org }, viewer) {
    const id = uuidOf(org)
    const [[found] = [], members = [], invites = []] = await run([
      [flat.org, [id, viewer]],
      [flat.members, [id, 50]],
      [flat.invites, [id]],
    ])
    if (!found) return '{"org":null}'
    const [name, status, isAdmin] = found
    const shown = isAdmin === 't' ? `{"nodes":[${invitesOf(invites)}]}` : 'null'
    return `{"org":{"id":"${org}","name":${text(name)},"status":"${status}","users":{"nodes":[${membersOf(members)}]},"invites":${shown}}}`
  },
  async Members({ org, first }, viewer) {
    const id = uuidOf(org)
    const [[found] = [], members = []] = await run([
      [flat.org, [id, viewer]],
      [flat.members, [id, first]],
    ])
    return found ? `{"org":{"users":{"nodes":[${membersOf(members)}]}}}` : '{"org":null}'
  },
  async OrgName({ org }, viewer) {
    const [[found] = []] = await run([[flat.org, [uuidOf(org), viewer]]])
    return found ? `{"org":{"id":"${org}","name":${text(found[0])},"status":"${found[1]}"}}` : '{"org":null}'
  },
  async Viewer(_, viewer) {
    const [[[name, email] = []] = []] = await run([[flat.viewer, [viewer]]])
    return `{"viewer":{"id":"${idOf('User', viewer)}","name":${text(name)},"email":${text(email)}}}`
  },
  async Invite({ input }, viewer) {
    const [[[id, email, own, status] = []] = []] = await run([
      [flat.invite, [uuidOf(input.orgId), viewer, input.invitee.email]],
    ])
    return `{"createOrgInvite":{"__typename":"CreateOrgInvitePayload","orgInvite":{"id":"${idOf('OrgInvite', id)}","email":${text(email)},"roles":${roles(own)},"status":"${status}"}}}`
  },
  async Accept({ input }, viewer) {
    const invite = input.invite.orgInviteId
    const [[[status, member, own, name] = []] = []] = await run([[flat.accept, [uuidOf(invite), viewer]]])
    return `{"acceptOrgInvite":{"__typename":"AcceptOrgInvitePayload","orgInvite":{"id":"${invite}","status":"${status}"},"orgUser":{"id":"${idOf('OrgUser', member)}","roles":${roles(own)},"user":{"id":"${idOf('User', viewer)}","name":${text(name)}}}}}`
  },
}

const viewers = new Map<string, string>()

async function viewerOf(authorization: string | undefined): Promise<string> {
  const subject = subjectOf(authorization, jwtSecret)
  let viewer = viewers.get(subject)
  if (viewer === undefined) {
    const [[[id] = []] = []] = await run([
      [{ name: 'subject', text: 'select id from "user" where subject = $1' }, [subject]],
    ])
    viewer = id ?? ''
    viewers.set(subject, viewer)
  }
  return viewer
}

async function answer(req: IncomingMessage, body: string): Promise<string> {
  const viewer = await viewerOf(req.headers.authorization)
  const { operationName, variables } = JSON.parse(body)
  if (operationName === 'Trivial') return '{"data":{"__typename":"Query"}}'
  const operation = operations[operationName]
  if (operation === undefined) throw new Error(`unknown operation ${operationName}`)
  return `{"data":${await operation(variables, viewer)}}`
}

createServer((req, res) => {
  const chunks: Buffer[] = []
  req.on('data', (chunk) => chunks.push(chunk))
  req.on('end', () => {
    answer(req, Buffer.concat(chunks).toString()).then(
      (body) => {
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
        res.end(body)
      },
      (error) => {
        res.writeHead(500, { 'content-type': 'application/json' })
        res.end(JSON.stringify({ errors: [{ message: String(error) }] }))
      },
    )
  })
}).listen(port, '127.0.0.1')
