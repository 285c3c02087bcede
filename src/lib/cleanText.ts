/** Controls, line and paragraph separators, halves of surrogate pairs, and whatever changes or hides what is read. */
const unreadable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * A stranger's text as a line of the log can have it: short, in one line, and showing what it is. An unreadable
 * character becomes U+FFFD.
 * @param maxLength in UTF-16 units, before the `…` of a text that was cut
 */
export function cleanText(text: string, maxLength = 200): string {
  const short = text.slice(0, maxLength).replace(unreadable, '\ufffd')
  return text.length > maxLength ? `${short}…` : short
}
