import { type Parsed, parsed, refused } from '../core/inputIssue.js'
import { codePoints, hasReordering, hasUnprintable, isVisible } from '../core/plainText.js'

declare const inviteMessage: unique symbol

/** The note in an invite's mail, lines ended by `\n`. Only `parseInviteMessage` makes one. */
export type InviteMessage = string & { readonly [inviteMessage]: true }

export const MAX_MESSAGE_LENGTH = 1_000
/** UTF-16 code units before NFC, which makes one code point of up to four. Longer texts are refused unread. */
const MAX_UNITS = 4 * MAX_MESSAGE_LENGTH

const tooLong = refused(`A message can have ${MAX_MESSAGE_LENGTH.toLocaleString('en')} characters at most.`)

/**
 * Parses the note that an inviter adds: 1,000 code points at most after trimming and NFC (contract:
 * CreateOrgInviteInput.message). Line breaks of every kind become `\n`, tabs stay. Null where there is none
 * or nothing in it could be seen.
 */
export const parseInviteMessage = (text: string | null | undefined): Parsed<InviteMessage | null> => {
  if (text == null) return parsed(null)
  if (text.length > MAX_UNITS) return tooLong
  const message = text
    .replace(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n')
    .trim()
    .normalize('NFC')
  if (hasUnprintable(message.replace(/[\n\t]/g, '')))
    return refused('A message can have no control characters.')
  if (hasReordering(message))
    return refused('A message can have no characters that change the direction of text.')
  if (!isVisible(message)) return parsed(null)
  if (codePoints(message) > MAX_MESSAGE_LENGTH) return tooLong
  return parsed(message as InviteMessage)
}
