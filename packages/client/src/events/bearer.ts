/**
 * The Bearer token. Null for an anonymous user. A function is called each time a connection opens. If the server has
 * refused a token, the function is called with that token: return a fresh one, or null if there is none.
 */
export type Token = string | null | ((refused?: string) => string | null | Promise<string | null>)

export interface Bearer {
  /** The token for a new connection. */
  next(): Promise<string | null>
  /** Asks for a token other than the refused one, for the next connection. False if there is none. */
  renew(refused: string | null): Promise<boolean>
}

/** Asks an app for tokens. Connections that are refused at the same time share one question. */
export function bearer(token: Token): Bearer {
  let fresh: string | null = null
  let renewing: Promise<boolean> | undefined

  async function ask(refused: string | null): Promise<boolean> {
    if (typeof token !== 'function' || refused === null) return false
    fresh = await token(refused)
    if (fresh === refused) fresh = null
    return fresh !== null
  }

  return {
    async next() {
      const used = fresh ?? (typeof token === 'function' ? await token() : token)
      fresh = null
      return used
    },
    renew(refused) {
      renewing ??= ask(refused).finally(() => {
        renewing = undefined
      })
      return renewing
    },
  }
}
