import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TypedDocumentString } from '../../../operations/generated/graphql.js'
import { freePort } from '../../support/freePort.js'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
const READY_WITHIN_MS = 120_000
const INSTANCE_TOKEN = 'the-instance-token-of-the-browser-tests'

export interface Person {
  name: string
  token: string
}

interface MailboxMail {
  to: string
  subject: string
  text: string
}

/** A server with its own database, mailbox and folder, and the demo's people. */
export interface Guildhall {
  url: string
  /** The host application, which holds the INSTANCE_TOKEN. */
  host: Person
  /** Finds a person by the first letters of their name, as the pages list them. */
  person(name: string): Promise<Person>
  signInAs(name: string, email: string): Promise<Person>
  /** The mails that have come to the address, newest first. */
  mailsTo(address: string): Promise<MailboxMail[]>
  /** Waits for a mail to the address. Returns the path of the link in the newest one. */
  inviteLink(to: string): Promise<string>
  run<Data, Variables>(
    person: Person,
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
  ): Promise<Data>
  /** Kills it with SIGKILL, like a power failure. */
  kill(): Promise<void>
  /** Starts it again with the same folder and port. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface GuildhallOptions {
  port?: number
  /** Further settings. In production there are no people to choose from and no mailbox. */
  env?: Record<string, string>
  /** Starts it as `npm run demo` does. Its people do nothing: their traffic would disturb the tests. */
  isDemo?: boolean
}

export async function openGuildhall({
  port: given,
  env = {},
  isDemo = false,
}: GuildhallOptions = {}): Promise<Guildhall> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-e2e-'))
  const port = given ?? (await freePort())
  const url = `http://localhost:${port}`
  let server: ChildProcess | undefined

  async function start(): Promise<void> {
    let said = ''
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...(isDemo ? ['--demo'] : [])], {
      env: {
        PATH: process.env.PATH,
        DATA_DIR: dataDir,
        PORT: String(port),
        INSTANCE_TOKEN,
        LOG_LEVEL: 'warn',
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    server = child
    if (isDemo) child.stdin.write('t')
    else child.stdin.end()
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
    const until = Date.now() + READY_WITHIN_MS
    // The banner comes after the people are seeded. /ready does not wait for that.
    const isReady = async () =>
      env.NODE_ENV === 'production'
        ? (await fetch(`${url}/ready`).catch(() => undefined))?.ok === true
        : said.includes('Guildhall is ready')
    while (!(await isReady())) {
      if (child.exitCode !== null || Date.now() > until) {
        // Otherwise it would outlive the tests: nobody else knows it yet.
        child.kill('SIGKILL')
        throw new Error(`The server did not start:\n${said}`)
      }
      await sleep(100)
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    server.kill(signal)
    await once(server, 'exit')
  }

  async function json<Answer>(path: string, init?: RequestInit): Promise<Answer> {
    return (await (await fetch(url + path, init)).json()) as Answer
  }

  const mailsTo = async (address: string) =>
    (await json<MailboxMail[]>('/mail.json')).filter(({ to }) => to === address)

  const postJson = (body: unknown, token?: string): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })

  await start()
  return {
    host: { name: 'The host application', token: INSTANCE_TOKEN },
    url,
    async person(name) {
      const people = await json<Person[]>('/live/people.json')
      const found = people.find((person) => person.name.startsWith(name))
      if (!found) throw new Error(`${name} is not among ${people.map((person) => person.name)}`)
      return found
    },
    signInAs: (name, email) => json<Person>('/live/people.json', postJson({ name, email })),
    mailsTo,
    async inviteLink(to) {
      for (let tries = 0; tries < 100; tries++) {
        const [mail] = await mailsTo(to)
        const link = mail && /\/invites\/\S+/.exec(mail.text)?.[0]
        if (link) return link
        await sleep(100)
      }
      throw new Error(`No mail came to ${to}.`)
    },
    async run<Data, Variables>(
      { token }: Person,
      document: TypedDocumentString<Data, Variables>,
      variables: Variables,
    ) {
      const body = postJson({ query: document.toString(), variables }, token)
      const { data, errors } = await json<{ data?: Data; errors?: unknown }>('/graphql', body)
      if (errors || !data) throw new Error(JSON.stringify(errors))
      return data
    },
    kill: () => end('SIGKILL'),
    start,
    async stop() {
      await end('SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
