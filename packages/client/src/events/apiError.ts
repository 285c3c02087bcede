/** A GraphQL error, or a response that could not be read. Tell errors apart by `code`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    /** `extensions.code`. UNREACHABLE or UNREADABLE if there was no GraphQL response. */
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

/** The first error of a GraphQL response or of a subscription's error message; undefined if there is none. */
export function readError(body: unknown): ApiError | undefined {
  const errors = Array.isArray(body) ? body : field(body, 'errors')
  if (!Array.isArray(errors) || errors.length === 0) return undefined
  const code = field(field(errors[0], 'extensions'), 'code')
  const message = field(errors[0], 'message')
  return new ApiError(
    typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR',
    typeof message === 'string' ? message : 'The server answered with an error.',
  )
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
