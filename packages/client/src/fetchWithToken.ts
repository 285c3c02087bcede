import type { Token } from './events/bearer.js'

/**
 * A `fetch` that sends the token, for libraries that send requests themselves. If the server refuses the token, it asks
 * once for a fresh one and sends the request again: what was refused so was not run.
 */
export function fetchWithToken(token: Token): typeof fetch {
  return async (input, init) => {
    const used = typeof token === 'function' ? await token() : token
    const send = (bearer: string | null) => {
      const headers = new Headers(init?.headers)
      if (bearer !== null) headers.set('authorization', `Bearer ${bearer}`)
      return fetch(input, { ...init, headers })
    }
    const response = await send(used)
    if (response.status !== 401 || used === null || typeof token !== 'function') return response
    const fresh = await token(used)
    return fresh === null || fresh === used ? response : send(fresh)
  }
}
