// Takes the pictures that the README shows: `npm run screenshots` runs the pages in a browser and keeps some of what
// it photographs. Needs Chromium, as the browser tests do.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'

const kept = ['dashboard-light', 'dashboard-dark', 'invite-light']

execFileSync('npm', ['run', 'test:e2e', '--', 'looks'], { stdio: 'inherit' })
mkdirSync('docs/images', { recursive: true })
for (const name of kept) copyFileSync(`dist/screenshots/${name}.png`, `docs/images/${name}.png`)
