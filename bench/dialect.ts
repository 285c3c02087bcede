import { bearerOf } from './people.js'
import { type Answer, type ClientRequest, documents, type Operation } from './workloads.js'

export interface Request {
  path: string
  /** Complete lines, each with its CRLF. */
  headers: string
  body: string
}

/** The requests and responses of a contestant's API. */
export interface Dialect {
  /** Signs in all users before the measurement. */
  signIn?(port: number, users: number[]): Promise<void>
  request(request: ClientRequest, port: number): Request
  /** The data of a response, in Guildhall's shape. */
  read(operation: Operation, answer: Answer): Answer
}

export const bearer = (user: number): string => `authorization: ${bearerOf(user)}\r\n`

/** Guildhall's own GraphQL documents. Most contestants use them. */
export const graphql: Dialect = {
  request: ({ operation, variables, user }) => ({
    path: '/graphql',
    headers: bearer(user),
    body: JSON.stringify({ operationName: operation, query: documents[operation], variables }),
  }),
  read: (_operation, { data }) => data,
}
