import type { Contestant } from '../contestants.js'
import type { Answer, ClientRequest, Workload } from '../workloads.js'
import { Connection } from './client.js'

/** The number of the next request of each workload. No request is repeated in a run. */
const counters = new Map<string, number>()

export const next = (workload: Workload): ClientRequest => {
  const n = counters.get(workload.name) ?? 0
  counters.set(workload.name, n + 1)
  return workload.ask(n)
}

/**
 * Sends one request and returns the response body. It checks only the beginning of the body for errors.
 * @throws if the response is not HTTP 200 or has errors
 */
async function sendOnce(
  connection: Connection,
  contestant: Contestant,
  request: ClientRequest,
): Promise<Buffer> {
  const { path, headers, body } = contestant.dialect.request(request, contestant.port)
  const { status, body: text } = await connection.post(path, headers, body)
  if (status !== 200) throw new Error(`${request.operation}: HTTP ${status} ${text.toString('utf8', 0, 500)}`)
  const refused = /"errors":|"__typename":"\w+Error"/.exec(text.toString('latin1', 0, 300))
  if (refused) throw new Error(`${request.operation}: ${text.toString('utf8', 0, 500)}`)
  return text
}

/** Sends a request and those that follow from it. A response is parsed only if the next request needs it. */
export async function doWork(
  connection: Connection,
  contestant: Contestant,
  first: ClientRequest,
): Promise<void> {
  for (let request: ClientRequest | undefined = first; request !== undefined; ) {
    const text = await sendOnce(connection, contestant, request)
    request = request.next?.(contestant.dialect.read(request.operation, JSON.parse(text.toString())))
  }
}

/** Sends a request and those that follow from it. Returns the responses in Guildhall's shape. */
export async function answersOf(contestant: Contestant, first: ClientRequest): Promise<Answer[]> {
  const connection = new Connection(contestant.port)
  try {
    const answers: Answer[] = []
    for (let request: ClientRequest | undefined = first; request !== undefined; ) {
      const text = await sendOnce(connection, contestant, request)
      const data = contestant.dialect.read(request.operation, JSON.parse(text.toString()))
      answers.push(data)
      request = request.next?.(data)
    }
    return answers
  } finally {
    connection.close()
  }
}

/** Signs all users in to a contestant. */
export async function signIn(contestant: Contestant, users: number[]): Promise<void> {
  const { dialect, port } = contestant
  if (dialect.signIn) return await dialect.signIn(port, users)
  const left = [...users]
  const work = async () => {
    const connection = new Connection(port)
    for (let user = left.pop(); user !== undefined; user = left.pop())
      await sendOnce(connection, contestant, { operation: 'Viewer', variables: {}, user })
    connection.close()
  }
  await Promise.all(Array.from({ length: 16 }, work))
}
