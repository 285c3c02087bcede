import type { Tokens } from './provider.js'

/** What the tabs of this origin tell each other. Tokens are never stored: a new tab gets them from another one. */
type Message =
  | { readonly type: 'ask' }
  | { readonly type: 'tokens'; readonly tokens: Tokens; readonly isProven: boolean }
  | { readonly type: 'signed-out' }
  /** The provider has returned to a window or frame that another page has opened. */
  | { readonly type: 'returned'; readonly state: string; readonly query: string }
  /** The answer to it: the window can close. If the browser doesn't let it, it shows the text. */
  | { readonly type: 'taken'; readonly state: string; readonly text: string }

export interface Tabs {
  post(message: Message): void
  /** Calls `listener` for each message of other tabs. Returns the function that ends it. */
  listen(listener: (message: Message) => void): () => void
}

export const CHANNEL = 'guildhall.sign-in'

export function openTabs(): Tabs {
  const channel = new BroadcastChannel(CHANNEL)
  return {
    post: (message) => channel.postMessage(message),
    listen(listener) {
      const onMessage = ({ data }: MessageEvent<Message>) => listener(data)
      channel.addEventListener('message', onMessage)
      return () => channel.removeEventListener('message', onMessage)
    },
  }
}
