import { type Parsed, parsed, refused } from './inputIssue.js'
import { codePoints, hasReordering, hasUnprintable, isVisible } from './plainText.js'

/**
 * Parses a message from one person to another, of several lines: at most so many code points after trimming and NFC. Line
 * breaks of every kind become `\n`, and tabs stay. Null if there is no message or it has no visible character.
 */
export function parseMessage(text: string | null | undefined, maxLength: number): Parsed<string | null> {
  if (text == null) return parsed(null)
  const tooLong = refused(`A message can have ${maxLength.toLocaleString('en')} characters at most.`)
  // UTF-16 code units before NFC, which can turn four into one code point. Longer texts are refused without a look.
  if (text.length > 4 * maxLength) return tooLong
  const message = text
    .replace(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n')
    .trim()
    .normalize('NFC')
  if (hasUnprintable(message.replace(/[\n\t]/g, '')))
    return refused('A message can have no control characters.')
  if (hasReordering(message))
    return refused('A message can have no characters that change the direction of text.')
  if (!isVisible(message)) return parsed(null)
  return codePoints(message) > maxLength ? tooLong : parsed(message)
}
