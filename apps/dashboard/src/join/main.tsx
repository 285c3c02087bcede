import '../styles/invite.css'
import { render } from 'preact'
import { startSignIn } from '../api/signIn.js'
import { tokenOf } from '../invite/tokenOf.js'
import { startLanguage } from '../words/language.js'
import { JoinPage } from './JoinPage.js'

void startSignIn()

const root = document.getElementById('app')
if (root) void startLanguage().then(() => render(<JoinPage token={tokenOf(location.pathname)} />, root))
