import { ApiError } from '@guildhall/client/events'

export { ApiError, readError } from '@guildhall/client/events'

/** The error as a message for the user. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong in this page. Reload it to continue.'
  switch (error.code) {
    case 'UNREACHABLE':
      return "The server can't be reached. Nothing was lost; try again in a moment."
    case 'UNAVAILABLE':
      return 'The server is not ready at the moment. Try again shortly.'
    case 'UNAUTHENTICATED':
      return 'This sign-in is no longer accepted. Sign in again.'
    case 'FORBIDDEN':
      return 'You do not have, or no longer have, the right to see this.'
    case 'RATE_LIMITED':
      return 'Too many requests in a short time. Wait a little and try again.'
    default:
      return error.message
  }
}
