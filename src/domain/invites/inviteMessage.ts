import type { Parsed } from '../core/inputIssue.js'
import { parseMessage } from '../core/message.js'

declare const inviteMessage: unique symbol

/** The message in an invite's mail, with `\n` as line breaks. Only `parseInviteMessage` makes one. */
export type InviteMessage = string & { readonly [inviteMessage]: true }

export const MAX_MESSAGE_LENGTH = 1_000

/** Parses the message that an inviter adds (contract, CreateOrgInviteInput.message). */
export const parseInviteMessage = (text: string | null | undefined): Parsed<InviteMessage | null> =>
  parseMessage(text, MAX_MESSAGE_LENGTH) as Parsed<InviteMessage | null>
