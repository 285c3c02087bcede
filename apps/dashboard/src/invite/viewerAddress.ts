import type { InvitePreview, Viewer } from './usePreview.js'

/** An address as the server masks it in a preview. */
function mask(email: string): string {
  return `${email[0]}•••@${email.slice(email.lastIndexOf('@') + 1)}`
}

/**
 * Whether the invite may be for this viewer. `unknown`: the server knows no address of them. `other`: it is certainly not
 * for them. `maybe`: the masked address fits.
 */
export function fits(
  preview: Pick<InvitePreview, 'maskedEmail'>,
  viewer: Viewer,
): 'unknown' | 'other' | 'maybe' {
  if (!viewer.email) return 'unknown'
  // An invite whose address was erased shows none.
  if (!preview.maskedEmail.includes('@')) return 'maybe'
  return mask(viewer.email).toLowerCase() === preview.maskedEmail.toLowerCase() ? 'maybe' : 'other'
}

/** Whether a viewer's address is in one of the domains. */
export function isIn(domains: readonly string[], viewer: Viewer): boolean {
  const domain = viewer.email?.slice(viewer.email.lastIndexOf('@') + 1).toLowerCase()
  return domains.length === 0 || domains.some((one) => one.toLowerCase() === domain)
}
