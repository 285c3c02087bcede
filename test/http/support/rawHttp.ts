import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface RawAnswer {
  readonly status: number
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Parses complete answers with Content-Length, one after another. */
function answersIn(text: string): RawAnswer[] {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return []
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const start = end + 4
  const length = Number(headers['content-length'] ?? 0)
  if (text.length < start + length) return []
  const answer = {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: text.slice(start, start + length),
  }
  return [answer, ...answersIn(text.slice(start + length))]
}

/** A connection on which a test writes raw bytes, as no client library would. */
export const rawHttp = (url: string) => {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  let text = ''
  let failure: Error | undefined
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
  })
  socket.on('error', (error) => {
    failure = error
  })
  onTestFinished(() => void socket.destroy())
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return {
    socket,
    closed,
    /** Resolves once the kernel has the data, or the server has closed the connection. */
    write: (data: string | Buffer) => new Promise<void>((resolve) => socket.write(data, () => resolve())),
    /** The complete answers so far. */
    answers: () => answersIn(text),
    failure: () => failure,
    /** Waits for a complete answer, or for the close of the connection. */
    async answer(number = 1): Promise<RawAnswer | undefined> {
      while (answersIn(text).length < number && !socket.destroyed)
        await new Promise((resolve) => setTimeout(resolve, 5))
      return answersIn(text)[number - 1]
    },
  }
}

/** Sends one raw request and returns its answer. */
export const sendRaw = async (url: string, request: string | Buffer): Promise<RawAnswer | undefined> => {
  const connection = rawHttp(url)
  await connection.write(request)
  return connection.answer()
}
