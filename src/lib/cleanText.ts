/** Control characters, line and paragraph separators, lone surrogates, and characters that hide or reorder text. */
const unreadable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * Makes an untrusted text safe to log: short, on one line, and without invisible characters (they become U+FFFD).
 * @param maxLength in UTF-16 units, without the `…` that ends a shortened text
 */
export function cleanText(text: string, maxLength = 200): string {
  const short = text.slice(0, maxLength).replace(unreadable, '\ufffd')
  return text.length > maxLength ? `${short}…` : short
}

/** Replaces the same characters, but keeps line breaks and tabs, and the length. */
export const cleanLines = (text: string): string =>
  text.replace(unreadable, (one) => (one === '\n' || one === '\t' ? one : '\ufffd'))
