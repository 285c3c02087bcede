import '../styles/live.css'
import { render } from 'preact'
import { startSignIn } from '../api/signIn.js'
import { startLanguage } from '../words/language.js'
import { App } from './App.js'

void startSignIn()

const root = document.getElementById('app')
if (root) void startLanguage().then(() => render(<App />, root))
