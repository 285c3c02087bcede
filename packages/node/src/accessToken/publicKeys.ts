import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { KeysUnavailableError } from './errors.js'

const FETCH_TIMEOUT_MS = 3_000
const MAX_BYTES = 65_536
/** Keys older than this are fetched again in the background. Guildhall's HTTP caches keep them as long. */
const REFRESH_MS = 60_000
/** Keys older than this are not used any more, so a key that Guildhall has withdrawn ends even if it can't be reached. */
const MAX_AGE_MS = 600_000
/** An unknown `kid` causes a new fetch, at most this often: anyone can invent one. */
const COOLDOWN_MS = 30_000
/** After a failed fetch there is no other for this long. */
const RETRY_MS = 1_000

/**
 * Guildhall's public keys by their `kid`. They are fetched at the first use and kept. Rotation needs no attention:
 * Guildhall publishes a key two minutes before it signs with it.
 * @returns a function for jose, which throws {@link KeysUnavailableError}
 */
export function publicKeys(url: string): JWTVerifyGetKey {
  let keys: ReturnType<typeof createLocalJWKSet> | undefined
  let fetchedAt = Number.NEGATIVE_INFINITY
  let retryAt = Number.NEGATIVE_INFINITY
  let fetching: Promise<void> | undefined

  /** All callers share one fetch. */
  function refresh(): Promise<void> {
    fetching ??= load().finally(() => {
      fetching = undefined
    })
    return fetching
  }

  async function load(): Promise<void> {
    if (performance.now() < retryAt)
      throw unavailable(url, new Error('The last attempt failed a moment ago.'))
    try {
      keys = createLocalJWKSet(await fetchKeySet(url))
      fetchedAt = performance.now()
    } catch (error) {
      retryAt = performance.now() + RETRY_MS
      throw unavailable(url, error)
    }
  }

  return async (header, token) => {
    if (typeof header?.kid !== 'string') throw new errors.JWTInvalid('The header lacks `kid`.')
    const age = performance.now() - fetchedAt
    if (age > MAX_AGE_MS) await refresh()
    // A failure doesn't matter yet: these keys are still valid.
    else if (age > REFRESH_MS) refresh().catch(() => {})
    try {
      return await found(header, token)
    } catch (error) {
      const mayBeNew =
        error instanceof errors.JWKSNoMatchingKey && performance.now() - fetchedAt > COOLDOWN_MS
      if (!mayBeNew) throw error
      await refresh()
      return found(header, token)
    }
  }

  function found(...[header, token]: Parameters<JWTVerifyGetKey>) {
    if (!keys) throw unavailable(url, new Error('They were never fetched.'))
    return keys(header, token)
  }
}

const unavailable = (url: string, cause: unknown) =>
  new KeysUnavailableError(`Guildhall’s public keys can’t be fetched from ${url}.`, { cause })

async function fetchKeySet(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  })
  if (!response.ok || !response.body) throw new Error(`The answer is HTTP ${response.status}.`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new Error(`The answer has more than ${MAX_BYTES} bytes.`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as JSONWebKeySet
}
