import type { Contestant } from '../contestants.js'
import type { Answer, Ask, Workload } from '../workloads.js'
import { Connection } from './client.js'

/** Next piece of work of each workload: never the same twice in a run, whoever does it. */
const counters = new Map<string, number>()

export const next = (workload: Workload): Ask => {
  const n = counters.get(workload.name) ?? 0
  counters.set(workload.name, n + 1)
  return workload.ask(n)
}

/**
 * Asks once. The answer's text, of which only the beginning is looked at here.
 * @throws where the answer is no HTTP 200 or has errors
 */
async function askOnce(connection: Connection, contestant: Contestant, ask: Ask): Promise<Buffer> {
  const { path, headers, body } = contestant.dialect.request(ask, contestant.port)
  const { status, body: text } = await connection.post(path, headers, body)
  if (status !== 200) throw new Error(`${ask.operation}: HTTP ${status} ${text.toString('utf8', 0, 500)}`)
  const refused = /"errors":|"__typename":"\w+Error"/.exec(text.toString('latin1', 0, 300))
  if (refused) throw new Error(`${ask.operation}: ${text.toString('utf8', 0, 500)}`)
  return text
}

/** Does one piece of work. An answer is only looked into where the next request needs it. */
export async function doWork(connection: Connection, contestant: Contestant, first: Ask): Promise<void> {
  for (let ask: Ask | undefined = first; ask !== undefined; ) {
    const text = await askOnce(connection, contestant, ask)
    ask = ask.next?.(contestant.dialect.read(ask.operation, JSON.parse(text.toString())))
  }
}

/** Does one piece of work: its answers in everybody's common shape. */
export async function answersOf(contestant: Contestant, first: Ask): Promise<Answer[]> {
  const connection = new Connection(contestant.port)
  try {
    const answers: Answer[] = []
    for (let ask: Ask | undefined = first; ask !== undefined; ) {
      const text = await askOnce(connection, contestant, ask)
      const data = contestant.dialect.read(ask.operation, JSON.parse(text.toString()))
      answers.push(data)
      ask = ask.next?.(data)
    }
    return answers
  } finally {
    connection.close()
  }
}

/** Lets a contestant know everybody who will ask. */
export async function signIn(contestant: Contestant, users: number[]): Promise<void> {
  const { dialect, port } = contestant
  if (dialect.signIn) return await dialect.signIn(port, users)
  const left = [...users]
  const work = async () => {
    const connection = new Connection(port)
    for (let user = left.pop(); user !== undefined; user = left.pop())
      await askOnce(connection, contestant, { operation: 'Viewer', variables: {}, user })
    connection.close()
  }
  await Promise.all(Array.from({ length: 16 }, work))
}
