import type { Token } from '@guildhall/client'
import { resumingClient } from '@guildhall/client'
import type { Client } from 'graphql-ws'
import WebSocket from 'ws'

/** The server and the token, for each library. */
export interface Connection {
  /** For example `https://guildhall.example.com`. */
  readonly url: string
  /** The app's token, or a function that returns it. It is called again with a token that the server refused. */
  readonly token: Token
}

/** The client for all of an app's subscriptions. In a browser omit `webSocketImpl`. */
export function openSocket({ url, token }: Connection): Client {
  return resumingClient({ url: `${url.replace(/^http/, 'ws')}/graphql`, token, webSocketImpl: WebSocket })
}
