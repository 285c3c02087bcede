import { SignInError } from './provider.js'
import type { Tabs } from './tabs.js'

/** Some providers set cookies and redirect several times. */
const WITHIN_MS = 10_000

/**
 * Asks the provider in a hidden frame, which returns without a question. Resolves to the query with which it returns.
 * @throws {SignInError} if it doesn't return
 */
export function askInFrame(tabs: Tabs, url: string, state: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const frame = document.createElement('iframe')
    frame.hidden = true
    frame.title = ''
    const end = () => {
      clearTimeout(timer)
      stopListening()
      frame.remove()
    }
    const stopListening = tabs.listen((message) => {
      if (message.type !== 'returned' || message.state !== state) return
      end()
      resolve(message.query)
    })
    const timer = setTimeout(() => {
      end()
      reject(new SignInError('unreachable', 'The provider did not return in the hidden frame.'))
    }, WITHIN_MS)
    frame.src = url
    document.body.append(frame)
  })
}
