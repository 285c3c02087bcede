import { ApiError } from '@guildhall/client/events'
import { words } from '../words/words.js'

export { ApiError, readError } from '@guildhall/client/events'

/** The error as a message for the user. */
export function errorMessage(error: unknown): string {
  const w = words().errors
  if (!(error instanceof ApiError)) return w.page
  switch (error.code) {
    case 'UNREACHABLE':
      return w.unreachable
    case 'UNAVAILABLE':
      return w.unavailable
    case 'UNAUTHENTICATED':
      return w.signedOut
    case 'FORBIDDEN':
      return w.forbidden
    case 'RATE_LIMITED':
      return w.tooMany
    default:
      return w.other
  }
}
