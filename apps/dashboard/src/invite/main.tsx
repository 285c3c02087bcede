import '../styles/invite.css'
import { render } from 'preact'
import { InvitePage } from './InvitePage.js'

const root = document.getElementById('app')
if (root) render(<InvitePage token={tokenOf(location.pathname)} />, root)

/** The last part of `/invites/{token}`. It goes to /graphql and nowhere else. */
function tokenOf(path: string): string {
  try {
    return decodeURIComponent(path.split('/').findLast((part) => part !== '') ?? '')
  } catch {
    // A link cut off in the middle of an escape opens nothing.
    return ''
  }
}
