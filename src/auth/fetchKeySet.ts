import { cleanText } from '../lib/cleanText.js'

/** A key set can't be fetched or used. `message` is for the operator. */
export class KeySetError extends Error {
  override readonly name = 'KeySetError'
}

/** A URL that is safe to log: without credentials, query and fragment, which can hold secrets. */
export const shownUrl = (url: string | URL): string => {
  const { origin, pathname } = new URL(url)
  return cleanText(`${origin}${pathname}`)
}

interface FetchedKeys {
  keys: unknown[]
  /** The provider's time, as it said it. */
  date: string | null
}

/**
 * Fetches a JWK set.
 * @throws {KeySetError} if the response is not a JWK set
 * @throws what `fetch` throws
 */
export async function fetchKeySet(url: string, init: RequestInit): Promise<FetchedKeys> {
  const response = await fetch(url, init)
  if (response.status >= 300 && response.status < 400) throw new KeySetError(redirected(url, response))
  if (response.status !== 200) throw new KeySetError(`the answer was HTTP ${response.status}`)
  const text = await response.text()
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new KeySetError(/^\s*</.test(text.slice(0, 200)) ? 'it is HTML' : 'it is not JSON')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new KeySetError('it is not a JWK set')
  const { keys, jwks_uri } = body as { keys?: unknown; jwks_uri?: unknown }
  if (Array.isArray(keys)) return { keys, date: response.headers.get('date') }
  throw new KeySetError(
    jwks_uri === undefined
      ? 'it is JSON, but not a JWK set: it has no list of keys'
      : 'it is the provider’s discovery document; AUTH_JWKS_URL has to be the jwks_uri that it names',
  )
}

function redirected(url: string, response: Response): string {
  const location = response.headers.get('location') ?? ''
  const to = URL.canParse(location, url) ? ` to ${shownUrl(new URL(location, url))}` : ''
  return `it redirects${to} (HTTP ${response.status}), which is not followed`
}

const meanings: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the DNS doesn’t answer',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no connection could be made in time',
}

/** Why a fetch failed, for the log: contains no part of the URL. */
export function reasonOf(error: unknown): string {
  if (error instanceof KeySetError) return error.message
  if (!(error instanceof Error)) return 'unknown'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time'
  const cause = error.cause instanceof Error ? error.cause : undefined
  const code = cause && 'code' in cause ? String(cause.code) : undefined
  if (code !== undefined) return cleanText(`${meanings[code] ?? 'the connection failed'} (${code})`)
  return cause === undefined ? 'the request failed' : cleanText(cause.message)
}
