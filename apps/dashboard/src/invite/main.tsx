import '../styles/invite.css'
import { render } from 'preact'
import { InvitePage } from './InvitePage.js'

const root = document.getElementById('app')
if (root) render(<InvitePage token={tokenOf(location.pathname)} />, root)

/** The last part of `/invites/{token}`. It is secret: the page sends it to /graphql only. */
function tokenOf(path: string): string {
  try {
    return decodeURIComponent(path.split('/').findLast((part) => part !== '') ?? '')
  } catch {
    // The link was cut in the middle of a percent escape.
    return ''
  }
}
