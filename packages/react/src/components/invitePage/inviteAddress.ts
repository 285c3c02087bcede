import type { InvitePreview, Viewer } from '../../api/types.js'

/** An address as the server masks it in a preview. */
const mask = (email: string) => `${email[0]}•••@${email.slice(email.lastIndexOf('@') + 1)}`

/** The masked address of an invite. Null: the server doesn't tell it. */
export const addressOf = ({ maskedEmail }: InvitePreview): string | null =>
  maskedEmail.includes('@') ? maskedEmail : null

/**
 * Whether the invite may be for this viewer. `unknown`: the server knows no address of them. `other`: it is certainly not
 * for them. `maybe`: the masked address fits, or there is none.
 */
export function fits(invite: InvitePreview, { email }: Viewer): 'unknown' | 'other' | 'maybe' {
  if (email === null) return 'unknown'
  const address = addressOf(invite)
  return address === null || mask(email).toLowerCase() === address.toLowerCase() ? 'maybe' : 'other'
}
