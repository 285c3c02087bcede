import { setTimeout as delay } from 'node:timers/promises'
import { entries } from '../contestants.js'
import { Connection } from '../load/client.js'
import { bearerOf } from '../people.js'
import { type Program, type Running, type StartOptions, startProgram } from '../program.js'
import type { Sample } from './servers/sample.js'
import { orgId, query, watchingOne } from './watchedOrg.js'
import { Watchers } from './watchers.js'

/** A running server that sends events to subscribers, and how to cause its events. */
export interface StreamContestant extends Running {
  name: StreamContestantName
  /** True if its sockets need no subscribe message: it sends to every connected socket. */
  bare: boolean
  /** Causes a number of events at once, in order. Resolves once the server has accepted them. */
  emitEvents(connection: Connection, events: number): Promise<void>
}

const programs = {
  guildhall: {
    ...entries.guildhall,
    env: { ...entries.guildhall.env, PREMIUM_PENDING_INVITES: '1000000000' },
  },
  // Without the accelerator. Measured without `guildhall`, because each would also receive the other's events.
  'guildhall-plain': {
    ...entries.guildhall,
    env: { ...entries.guildhall.env, PREMIUM_PENDING_INVITES: '1000000000', ACCELERATOR: 'none' },
  },
  ws: { source: 'fanout/servers/floor.ts' },
  mercurius: { source: 'fanout/servers/mercurius.ts' },
  'yoga + graphql-ws': { source: 'fanout/servers/yoga.ts' },
  postgraphile: {
    source: 'fanout/servers/postgraphile.ts',
    node: 22,
    env: { GRAPHILE_ENV: 'production' },
  },
} satisfies Record<string, Program>
export type StreamContestantName = keyof typeof programs
export const streamContestantNames = Object.keys(programs) as StreamContestantName[]
/** All that can be measured in one run. */
export const usualContestants = streamContestantNames.filter((name) => name !== 'guildhall-plain')

export async function startStreamContestant(
  name: StreamContestantName,
  options: StartOptions,
): Promise<StreamContestant> {
  const running = await startProgram(name.replaceAll(/\W+/g, '-'), programs[name], options)
  return {
    ...running,
    name,
    bare: name === 'ws',
    emitEvents: name.startsWith('guildhall') ? invite : emitSamples(),
  }
}

/** The message that the other servers send. A subscriber of Guildhall received it, so all send the same bytes. */
let sample: Sample | undefined
export async function takeSample(guildhall: StreamContestant): Promise<void> {
  const watchers = new Watchers()
  await watchers.open(guildhall.port, query, watchingOne(1), false)
  const connection = new Connection(guildhall.port)
  while (!sample) {
    await guildhall.emitEvents(connection, 1)
    await delay(500)
    const text = await watchers.text()
    if (text !== undefined) sample = { text, orgId }
  }
  connection.close()
  watchers.stop()
}

function emitSamples(): StreamContestant['emitEvents'] {
  let prepared = false
  return async (connection, events) => {
    if (!prepared) await post(connection, '/events', '', { sample })
    prepared = true
    await post(connection, '/events', '', { events })
  }
}

let invitees = 0

/** Guildhall's events are real ones, each caused by an invite: one by one, or many by one request. */
async function invite(connection: Connection, events: number): Promise<void> {
  const invitee = () => ({ email: `invitee${++invitees}@guests.example` })
  const common = { orgId, sendEmail: false }
  const one = () => ({ query: createOrgInvite, variables: { input: { ...common, invitee: invitee() } } })
  const many = () => ({
    query: createOrgInvites,
    variables: { input: { ...common, invitees: Array.from({ length: events }, invitee) } },
  })
  const body = events === 1 ? one() : many()
  const answer = await post(connection, '/graphql', `authorization: ${bearerOf(0)}\r\n`, body)
  if (!/"__typename":"CreateOrgInvites?Payload"/.test(answer)) throw new Error(answer)
}

const createOrgInvite = `mutation Invite($input: CreateOrgInviteInput!) {
  createOrgInvite(input: $input) { __typename }
}`
const createOrgInvites = `mutation Invites($input: CreateOrgInvitesInput!) {
  createOrgInvites(input: $input) { __typename }
}`

async function post(connection: Connection, path: string, headers: string, body: object): Promise<string> {
  const answer = await connection.post(path, headers, JSON.stringify(body))
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status} ${answer.body}`)
  return answer.body.toString()
}
