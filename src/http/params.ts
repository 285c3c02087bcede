import { CodedError, persistedQueryNotSupported } from '../errors.js'

/** The parameters of a GraphQL request over HTTP. */
export interface GraphQLParams {
  readonly query: string
  readonly operationName?: string | null
  readonly variables?: Readonly<Record<string, unknown>> | null
}

const bad = (message: string) => new CodedError('BAD_USER_INPUT', message, { http: { status: 400 } })

const parseJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message would quote the input.
    throw bad(`${what} is not valid JSON.`)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** PHP encodes an empty object as an empty list. It counts as left out. */
const unlessEmptyList = (value: unknown) => (Array.isArray(value) && value.length === 0 ? undefined : value)

const checked = ({ query, operationName, ...params }: Record<string, unknown>): GraphQLParams => {
  const variables = unlessEmptyList(params.variables)
  const extensions = unlessEmptyList(params.extensions)
  if (!query && isObject(extensions) && extensions.persistedQuery != null) throw persistedQueryNotSupported()
  if (typeof query !== 'string' || query.trim() === '') throw bad('`query` must be a GraphQL document.')
  if (operationName != null && typeof operationName !== 'string')
    throw bad('`operationName` must be a string.')
  if (variables != null && !isObject(variables)) throw bad('`variables` must be an object.')
  if (extensions != null && !isObject(extensions)) throw bad('`extensions` must be an object.')
  // Without `extensions`: nothing reads it, and a stream would keep it in memory.
  return {
    query,
    // Some clients send an empty name instead of none.
    ...(operationName && { operationName }),
    ...(variables != null && { variables }),
  }
}

/** @throws {CodedError} BAD_USER_INPUT, HTTP 400 */
export const paramsOfBody = (text: string): GraphQLParams => {
  const body = parseJson(text, 'The request body')
  if (Array.isArray(body)) throw bad('Batching is not supported: send one operation a request.')
  if (!isObject(body)) throw bad('The request body must be a JSON object.')
  return checked(body)
}

/** @throws {CodedError} BAD_USER_INPUT, HTTP 400 */
export const paramsOfQuery = (search: URLSearchParams): GraphQLParams => {
  const json = (name: string) => {
    const text = search.get(name)
    return text ? parseJson(text, `\`${name}\``) : undefined
  }
  return checked({
    query: search.get('query'),
    operationName: search.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  })
}
