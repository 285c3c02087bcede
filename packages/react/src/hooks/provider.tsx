import { createContext, type ReactNode, useContext, useInsertionEffect, useMemo, useRef } from 'react'
import type { Requests } from '../api/requests.js'
import { type Connection, openConnection } from '../store/connection.js'
import type { Words } from '../words/en.js'
import { type Controls, defaultLook, LookContext } from '../words/look.js'

export interface GuildhallProviderProps {
  /** The URL of the API, such as `https://guildhall.example.com/graphql`. */
  readonly endpoint: string
  /**
   * Returns the user's Bearer token, or null if nobody is signed in. It is called for each request and each
   * connection. If the server has refused a token, it is called with that token: return a fresh one, or null.
   */
  credential(refused?: string): string | null | Promise<string | null>
  /**
   * Who is signed in, such as the user's id. When it changes, everything that was loaded is dropped, and loaded again
   * with the new user's token.
   */
  readonly user?: string | null
  /**
   * How often to ask for changes of an org whose events the viewer may not read, in ms. Plain members may not.
   * @default 20_000
   */
  readonly pollMs?: number
  /**
   * Sends the queries and mutations, for an app that has a way of its own. Keep it the same from render to render. `endpoint` and `credential` are then for the WebSocket alone.
   */
  readonly api?: Requests
  /** The words of the components: `german`, or some of your own in place of the English ones. */
  readonly words?: Partial<Words>
  /**
   * The language of the words, a BCP 47 tag.
   * @default 'en'
   */
  readonly locale?: string
  /**
   * Says what was done, such as "Grace is no longer a member.", in your app's own live region or as a toast. Without it the
   * components say it themselves. Keep it the same from render to render.
   */
  say?(text: string): void
  /** Your own button, input and select for the components. */
  readonly controls?: Partial<Controls>
  readonly children?: ReactNode
}

const ConnectionContext = createContext<Connection | null>(null)

/** Everything inside shares one connection to Guildhall. Nothing is loaded before a hook asks for it. */
export function GuildhallProvider({
  endpoint,
  credential,
  user,
  pollMs = 20_000,
  api,
  words,
  locale = defaultLook.locale,
  controls,
  say,
  children,
}: GuildhallProviderProps) {
  // An app may pass a new function with each render. The components inside ask for a token in their effects, which run
  // before those of this component.
  const latest = useRef(credential)
  useInsertionEffect(() => {
    latest.current = credential
  })
  // `user`: another user must not see what was loaded for this one.
  const connection = useMemo(
    () => openConnection({ endpoint, credential: (refused) => latest.current(refused), pollMs, api }),
    [endpoint, pollMs, user, api],
  )
  const look = useMemo(
    () => ({
      words: { ...defaultLook.words, ...words },
      locale,
      controls: { ...defaultLook.controls, ...controls },
      say,
    }),
    [words, locale, controls, say],
  )
  return (
    <ConnectionContext.Provider value={connection}>
      <LookContext.Provider value={look}>{children}</LookContext.Provider>
    </ConnectionContext.Provider>
  )
}

export function useConnection(): Connection {
  const connection = useContext(ConnectionContext)
  if (!connection) throw new Error('Put a <GuildhallProvider> around the components that use Guildhall.')
  return connection
}
