// `npm run screenshots`: takes the screenshots of the README. It runs the browser test `appearance` and keeps some of
// its screenshots. Needs Chromium.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'

const kept = ['dashboard-light', 'dashboard-dark', 'invite-light']

execFileSync('npm', ['run', 'test:e2e', '--', 'appearance'], { stdio: 'inherit' })
mkdirSync('docs/images', { recursive: true })
for (const name of kept) copyFileSync(`dist/screenshots/${name}.png`, `docs/images/${name}.png`)
