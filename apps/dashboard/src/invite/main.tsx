import '../styles/invite.css'
import { render } from 'preact'
import { startSignIn } from '../api/signIn.js'
import { startLanguage } from '../words/language.js'
import { InvitePage } from './InvitePage.js'
import { tokenOf } from './tokenOf.js'

void startSignIn()

const root = document.getElementById('app')
if (root) void startLanguage().then(() => render(<InvitePage token={tokenOf(location.pathname)} />, root))
