import { type Parsed, parsed, refused } from './inputIssue.js'
import { codePoints, hasReordering, hasUnprintable, isVisible } from './plainText.js'

const MAX_CODE_POINTS = 100
/** UTF-16 code units before NFC, which can turn four into one code point. Longer texts are refused without a look. */
export const MAX_LABEL_UNITS = 4 * MAX_CODE_POINTS

const tooLong = refused(`A name can have ${MAX_CODE_POINTS} characters at most.`)

/**
 * Parses the name of a thing: 1 to 100 code points after trimming and NFC, in one line, without characters that change
 * how the text is displayed.
 */
export const parseLabel = (text: string): Parsed<string> => {
  if (text.length > MAX_LABEL_UNITS) return tooLong
  const label = text.trim().normalize('NFC')
  if (hasUnprintable(label)) return refused('A name can have no control characters or line breaks.')
  if (hasReordering(label)) return refused('A name can have no characters that change the direction of text.')
  if (!isVisible(label)) return refused('A name needs at least one visible character.')
  if (codePoints(label) > MAX_CODE_POINTS) return tooLong
  return parsed(label)
}
