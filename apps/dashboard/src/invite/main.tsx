import '../styles/invite.css'
import { render } from 'preact'
import { InvitePage } from './InvitePage.js'
import { tokenOf } from './tokenOf.js'

const root = document.getElementById('app')
if (root) render(<InvitePage token={tokenOf(location.pathname)} />, root)
