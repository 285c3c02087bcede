import { cleanText } from './cleanText.js'

/** Quotes a text in a message for an operator: on one line, not too long, and without the user and password of a URL. */
export const quoted = (text: string): string => JSON.stringify(cleanText(withoutCredentials(text)))

/** Also if no parser would accept the URL. A password may hold any character, so what is between is left out. */
function withoutCredentials(text: string): string {
  const [scheme, at] = [text.indexOf('://'), text.lastIndexOf('@')]
  return scheme === -1 || at < scheme ? text : `${text.slice(0, scheme)}://[redacted]${text.slice(at)}`
}
