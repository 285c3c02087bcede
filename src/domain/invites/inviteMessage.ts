import { type Parsed, parsed, refused } from '../core/inputIssue.js'
import { codePoints, hasReordering, hasUnprintable, isVisible } from '../core/plainText.js'

declare const inviteMessage: unique symbol

/** The message in an invite's mail, with `\n` as line breaks. Only `parseInviteMessage` makes one. */
export type InviteMessage = string & { readonly [inviteMessage]: true }

export const MAX_MESSAGE_LENGTH = 1_000
/** UTF-16 code units before NFC, which can turn four into one code point. Longer texts are refused without a look. */
const MAX_UNITS = 4 * MAX_MESSAGE_LENGTH

const tooLong = refused(`A message can have ${MAX_MESSAGE_LENGTH.toLocaleString('en')} characters at most.`)

/**
 * Parses the message that an inviter adds: 1,000 code points at most after trimming and NFC (contract,
 * CreateOrgInviteInput.message). Line breaks of every kind become `\n`, and tabs stay. Null if there is no message or it
 * has no visible character.
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
