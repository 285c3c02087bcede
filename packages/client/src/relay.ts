import type { Token } from './events/bearer.js'
import { fetchWithToken } from './fetchWithToken.js'
import type { Result, ResumingSubscriptions } from './resuming.js'

/** What Relay tells of an operation. */
interface Request {
  readonly text: string | null | undefined
}

interface Sink<Response> {
  next(response: Response): void
  error(error: Error): void
  complete(): void
}

/** The first argument of Relay’s `Network.create`: queries and mutations by POST. */
export function fetchFunction({ url, token }: { readonly url: string; readonly token: Token }) {
  const send = fetchWithToken(token)
  // The type is not checked: Relay knows what it has asked for.
  return async <Response>({ text }: Request, variables: object): Promise<Response> => {
    const response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: text, variables }),
    })
    return (await response.json()) as Response
  }
}

/**
 * For the second argument of Relay’s `Network.create`:
 * `(request, variables) => Observable.create(subscription(stream, request, variables))`
 * @param stream a `resumingClient`, or a `resumingEventStream`
 */
export const subscription =
  (stream: Pick<ResumingSubscriptions, 'subscribe'>, { text }: Request, variables: Record<string, unknown>) =>
  <Response>(sink: Sink<Response>): (() => void) =>
    stream.subscribe(
      { query: text ?? '', variables },
      {
        next: (result: Result<unknown>) => sink.next(result as Response),
        error: (errors) => sink.error(errorOf(errors)),
        complete: () => sink.complete(),
      },
    )

/** Relay wants an Error. Its cause is the list of GraphQL errors. */
function errorOf(errors: unknown): Error {
  const [first] = Array.isArray(errors) ? errors : []
  return new Error(String(first?.message ?? 'The subscription ended'), { cause: errors })
}
