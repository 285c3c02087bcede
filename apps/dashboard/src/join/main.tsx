import '../styles/invite.css'
import { render } from 'preact'
import { tokenOf } from '../invite/tokenOf.js'
import { JoinPage } from './JoinPage.js'

const root = document.getElementById('app')
if (root) render(<JoinPage token={tokenOf(location.pathname)} />, root)
