import { bearerOf } from './people.js'
import { type Answer, type Ask, documents, type Operation } from './workloads.js'

export interface Request {
  path: string
  /** Whole lines, each with its end. */
  headers: string
  body: string
}

/** How a contestant is spoken to. */
export interface Dialect {
  /** Signs everybody in who will ask, before the time is taken. */
  signIn?(port: number, users: number[]): Promise<void>
  request(ask: Ask, port: number): Request
  /** An answer's data in the shape that Guildhall gives it. */
  read(operation: Operation, answer: Answer): Answer
}

export const bearer = (user: number): string => `authorization: ${bearerOf(user)}\r\n`

/** Guildhall's own documents: most speak so. */
export const graphql: Dialect = {
  request: ({ operation, variables, user }) => ({
    path: '/graphql',
    headers: bearer(user),
    body: JSON.stringify({ operationName: operation, query: documents[operation], variables }),
  }),
  read: (_operation, { data }) => data,
}
