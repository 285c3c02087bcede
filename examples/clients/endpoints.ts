import type { Token } from '@guildhall/client'
import { resumingClient } from '@guildhall/client'
import type { Client } from 'graphql-ws'
import WebSocket from 'ws'

/** Where Guildhall is and as whom to ask: what each library's wiring starts from. */
export interface Connection {
  /** As `https://guildhall.example.com`. */
  readonly url: string
  /** The token that the app holds; asked again with the one that the server no longer takes. */
  readonly token: Token
}

/** The socket that all of an app's subscriptions share. In a browser `webSocketImpl` is left out. */
export function openSocket({ url, token }: Connection): Client {
  return resumingClient({ url: `${url.replace(/^http/, 'ws')}/graphql`, token, webSocketImpl: WebSocket })
}

/** The header of a query or a mutation. */
export async function authorization({ token }: Connection): Promise<Record<string, string>> {
  const bearer = typeof token === 'function' ? await token() : token
  return bearer === null ? {} : { authorization: `Bearer ${bearer}` }
}
